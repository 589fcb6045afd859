# Cairn's server as an image: locked packages with checked hashes, built bundles, no tools, no root.
#
#   docker build --tag cairn .

FROM python:3.13-slim-bookworm AS packages
WORKDIR /srv/cairn
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/base.txt requirements/
RUN python -m venv .venv && .venv/bin/pip install --quiet --require-hashes -r requirements/base.txt

FROM python:3.13-slim-bookworm AS bundles
WORKDIR /srv/cairn
COPY .python-version .npmrc package.json package-lock.json ./
COPY requirements requirements
COPY scripts scripts
COPY locale locale
COPY static/src static/src
RUN scripts/bootstrap

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/cairn cairn && install -d -o cairn /data
WORKDIR /srv/cairn
COPY --from=packages /srv/cairn/.venv .venv
COPY --from=bundles /srv/cairn/static/dist static/dist
COPY --from=bundles /srv/cairn/locale locale
COPY manage.py ./
COPY project project
COPY apps apps
COPY templates templates
RUN .venv/bin/python -m compileall -q project apps
ENV PATH=/srv/cairn/.venv/bin:$PATH PYTHONUNBUFFERED=1 CAIRN_DATA_DIR=/data
USER cairn
VOLUME /data
EXPOSE 8000
# As a visitor by https, so that it also answers where the site redirects to that.
HEALTHCHECK --interval=5s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", \
    "from urllib.request import Request, urlopen; urlopen(Request('http://localhost:8000/-/health/', headers={'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["uvicorn", "project.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--log-level", "warning"]
