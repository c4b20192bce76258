# Build stage: the pinned libraries in a virtual environment of their own.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY bot bot
COPY storage storage
RUN python -m venv /venv \
    && /venv/bin/pip install --quiet --constraint requirements.lock . \
    && /venv/bin/pip uninstall --quiet --yes orderline

# What runs: the libraries, the code, and a user who owns nothing but the data folder.
FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    DATA_DIR=/data DATABASE_URL=sqlite:////data/orderline.db WEB_HOST=0.0.0.0 WEB_PORT=8080
RUN useradd --system --uid 10001 --no-create-home orderline && install -d -o orderline -m 0700 /data
WORKDIR /app
COPY --from=build /venv /venv
COPY bot bot
COPY storage storage
COPY locales locales
USER orderline
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"WEB_PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
