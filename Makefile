PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help setup demo test test-core test-rooms test-journeys test-more-journeys test-drill drill check lint types layers translations dependencies audit bench lock texts chromium clean

help:
	@echo "make demo   try the whole shop on this machine, with a local Telegram and local suppliers"
	@echo "make test   run every test"
	@echo "make check  lint, types, layers, translations and libraries"
	@echo "make audit  known vulnerabilities of the libraries; needs a network"
	@echo "make bench  measure the speed bars"
	@echo "make drill  kill the bot at every step and let storms rage; MINUTES=30 SEED= ONLY="

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

demo: setup
	$(BIN)/orderline demo

chromium:
	@sh tests/browser/chromium.sh

# Journeys mostly wait for each other's processes, so they run beside the tests of the rooms.
test: setup chromium
	rm -f .coverage .coverage.*
	$(MAKE) --jobs=4 --output-sync=target test-core test-rooms test-journeys test-more-journeys test-drill
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --fail-under=95

# The rooms where a gap would cost money are measured; measuring the others would double their time.
test-core: setup
	$(BIN)/coverage run -m pytest tests/ordering tests/resellers tests/suppliers tests/storage

test-rooms: setup
	$(BIN)/python -m pytest --ignore=tests/journeys --ignore=tests/browser --ignore=tests/drill \
		--ignore=tests/ordering --ignore=tests/resellers --ignore=tests/suppliers --ignore=tests/storage

test-journeys: setup
	$(BIN)/python -m pytest tests/journeys tests/browser \
		--ignore-glob='*/journeys/test_reseller_*' --ignore-glob='*/journeys/test_octopus_*'

test-more-journeys: setup
	$(BIN)/python -m pytest tests/journeys/test_reseller_*.py tests/journeys/test_octopus_*.py

test-drill: setup
	$(BIN)/python -m pytest tests/drill

# ONLY is a ladder, a single run of one, `storm` or `outages`; SEED is the first storm's, MINUTES how long storms rage.
drill: setup
	$(BIN)/python -m tests.drill $(if $(filter storm outages,$(ONLY)),$(ONLY),$(if $(ONLY),ladder $(ONLY))) \
		$(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(STRIDE),--stride $(STRIDE)) $(if $(FIRST),--first $(FIRST))

check: lint types layers translations dependencies

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup
	$(BIN)/pyright

layers: setup
	$(BIN)/lint-imports

translations: setup
	$(BIN)/python -m pytest tests/presentation/test_locales.py

# Pinned, needed, installed as pinned, files as published; asks nobody.
dependencies: setup
	$(BIN)/python -m pip check --disable-pip-version-check
	$(BIN)/python -m pytest tests/test_dependencies.py

# Known vulnerabilities of what is pinned: asks the package index, with a tool that stays out of the bot's environment.
audit: dependencies
	test -x .audit/bin/pip-audit || ($(PYTHON) -m venv .audit && .audit/bin/python -m pip install --quiet pip-audit)
	.audit/bin/pip-audit --requirement requirements.lock --no-deps --disable-pip

texts: setup
	$(BIN)/pybabel --quiet extract -F babel.cfg --no-default-keywords -k marked -k text -k plain -k plural:1,2 \
		-k plain_plural:1,2 --no-location --sort-output --omit-header -o locales/orderline.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching -D orderline -i locales/orderline.pot -d locales

bench: setup
	$(BIN)/python -m tests.bench

lock: setup
	$(BIN)/pip-compile --quiet --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--strip-extras --extra dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .audit .coverage .coverage.* .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
