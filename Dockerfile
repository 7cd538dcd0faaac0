# Dure in a container: the server, with everything in it that it needs. How to run it: docs/deploy.md.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY models models
COPY indexer indexer
COPY pipelines pipelines
COPY search_api search_api
RUN python -m venv /opt/dure \
    && /opt/dure/bin/pip install --no-cache-dir --constraint constraints.txt '.[postgresql]'

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/dure --create-home dure
COPY --from=build /opt/dure /opt/dure
ENV PATH="/opt/dure/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    DURE_HOME=/var/lib/dure \
    DURE_HOST=0.0.0.0
USER dure
VOLUME /var/lib/dure
EXPOSE 8600
# A first start reads the company dictionary and makes the tables.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8600/health', timeout=4)"]
CMD ["dure", "serve"]
