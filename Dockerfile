# Sosik in one image for every role: web, worker, scheduler, release, and ./sosik up.
# docs/operate/docker.md says how to run it; tests/repo/test_deployment.py holds it to the
# program. Needs nothing of BuildKit's, so that podman and older builders build it too.

ARG BASE=debian:bookworm-slim

FROM ${BASE} AS base
# What is compiled stands in the image: it is read-only where it runs.
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/*

FROM base AS built
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3-venv
WORKDIR /opt/sosik
# The packages alone, which change more seldom than the program.
COPY sosik requirements.txt ./
RUN python3 -c "from runpy import run_path; run_path('sosik')['set_up']('requirements.txt')"
COPY . .
RUN .venv/bin/python -m compileall -q --invalidation-mode unchecked-hash \
    .venv/lib core integrations notifications sandbox storage webapp wiring workers

FROM base
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin sosik \
    && install --directory --owner=sosik --group=sosik --mode=0700 /data
COPY --from=built /opt/sosik /opt/sosik
WORKDIR /opt/sosik
ENV PATH=/opt/sosik/.venv/bin:$PATH DATA_DIR=/data HOST=0.0.0.0 PORT=8000
VOLUME /data
EXPOSE 8000
USER 10001
# Of the web; other roles listen to nobody, and say that they have no such check.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD python -m wiring.probe
# The Procfile has the commands of the other roles.
CMD exec python -m webapp.serve --host ${HOST:-0.0.0.0} --port ${PORT:-8000}
