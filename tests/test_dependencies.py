"""The libraries: every one pinned, needed, installed as pinned, and its files as they were published.

What this cannot tell without a network is whether a pinned version has become known to be vulnerable: ``make audit``.
"""

import base64
import hashlib
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+]+)")
OF_PIP = {"pip", "setuptools", "wheel"}
"""What a virtual environment and the build bring themselves."""


def lock() -> dict[str, Version]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [
        PINNED.fullmatch(line) or pytest.fail(f"not pinned: {line}") for line in lines if line and line[0] not in " #"
    ]
    return {canonicalize_name(pin[1]): Version(pin[2]) for pin in pins}


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups: list[list[str]] = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(line) for group in groups for line in group]


def reached() -> Iterator[tuple[str, Requirement]]:
    """Every requirement, ours and our libraries', with the name of who asks for it."""
    waiting = [("orderline", one) for one in wanted()]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        asker, one = waiting.pop()
        yield asker, one
        key = (canonicalize_name(one.name), frozenset(one.extras))
        if key not in seen and canonicalize_name(one.name) not in OF_PIP:
            seen.add(key)
            waiting += [(one.name, more) for more in _needs(distribution(one.name), one.extras)]


def _needs(library: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for line in library.requires or ():
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield need


def libraries() -> list[str]:
    return sorted(lock())


def test_every_requirement_is_met_by_the_lock_file() -> None:
    pins = lock()
    unmet = [
        f"{asker} wants {one}"
        for asker, one in reached()
        if (name := canonicalize_name(one.name)) not in OF_PIP
        and (name not in pins or not one.specifier.contains(pins[name], prereleases=True))
    ]
    assert unmet == []


def test_nothing_is_pinned_that_nobody_needs() -> None:
    needed = {canonicalize_name(one.name) for _, one in reached()}
    assert set(lock()) - needed - OF_PIP == set()


def test_no_requirement_comes_from_anywhere_but_the_index() -> None:
    assert [str(one) for _, one in reached() if one.url] == []
    assert [name for name in libraries() if distribution(name).read_text("direct_url.json")] == []


@pytest.mark.parametrize("name", libraries())
def test_a_library_is_installed_as_pinned_with_the_files_it_was_published_with(name: str) -> None:
    library = distribution(name)
    assert Version(library.version) == lock()[name]
    assert list(_changed(library)) == []


def _changed(library: Distribution) -> Iterator[str]:
    """Files that are not what the package's own list says."""
    for file in library.files or ():
        if file.hash is not None and not str(file).startswith("../"):
            content = Path(str(file.locate())).read_bytes()
            digest = hashlib.new(file.hash.mode, content).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
                yield str(file)
