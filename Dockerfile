# One image for web, worker and every command. It writes nothing but /tmp, runs as nobody in particular, and holds no
# secret. A registry's digest pins the base: --build-arg PYTHON=3.11-slim-bookworm@sha256:...
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements/run.txt
COPY manage.py ./
COPY careid careid
COPY enrolment enrolment
COPY authenticators authenticators
COPY profiles profiles
COPY sign_in sign_in
COPY account account
COPY provider provider
COPY apply apply
COPY moves moves
COPY desk desk
COPY operating operating
COPY demo demo
COPY templates templates
COPY static static
RUN python -m compileall -q .
RUN python manage.py collectstatic --no-input

FROM python:${PYTHON}
RUN groupadd --gid 10001 careid && useradd --uid 10001 --gid careid --no-create-home --shell /usr/sbin/nologin careid
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8000, timeout=3); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["python", "manage.py", "web"]
