# The worker's image: the package and its locked dependencies, the model among them; nothing is downloaded when it starts.
FROM python:3.12.11-slim-bookworm AS build
WORKDIR /build
COPY requirements-dev.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements-dev.lock
COPY pyproject.toml README.md ./
COPY streams ./streams
COPY schemas ./schemas
COPY seeds ./seeds
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.12.11-slim-bookworm
COPY requirements.lock /tmp/
RUN pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.lock && rm /tmp/requirements.lock
COPY --from=build /wheels /tmp/wheels
RUN pip install --no-cache-dir --no-deps /tmp/wheels/*.whl && rm -r /tmp/wheels \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent streams \
    && install --directory --owner streams --group streams /var/lib/streams
USER 10001:10001
ENV PYTHONUNBUFFERED=1 \
    STREAMS_LISTEN_ADDRESS=0.0.0.0
# Health, metrics.
EXPOSE 8080 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
ENTRYPOINT ["streams"]
CMD ["worker"]
