# Farol in one image: `farol serve`, `farol collect`, `farol migrate`, or `farol up` for a demo.
# The pages are built in the image, so that a server needs neither Node's registry nor half a minute to start.
ARG PYTHON=python:3.13.7-slim-trixie

FROM ${PYTHON} AS build
WORKDIR /opt/farol
COPY bootstrap.py requirements.lock ./
RUN python bootstrap.py --run-only
COPY . .
ENV FAROL_HOME=/opt/farol/home
RUN .venv/bin/farol build \
    # Of the build only the result is served: its packages are 600 MB.
    && find home/cache -mindepth 1 -maxdepth 1 ! -name frontend -exec rm -rf {} + \
    && rm -rf home/cache/frontend/work .cache

FROM ${PYTHON}
RUN useradd --system --uid 10001 --home-dir /opt/farol --shell /usr/sbin/nologin farol
COPY --from=build --chown=farol:farol /opt/farol /opt/farol
WORKDIR /opt/farol
ENV FAROL_HOME=/opt/farol/home \
    PATH=/opt/farol/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1
USER farol
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["farol"]
CMD ["serve"]
