# One image for web, worker, beat and migrate. tests/test_deployment.py holds each line against the project.

FROM python:3.11.15-slim-trixie AS requirements
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt constraints.txt /build/
RUN pip install --requirement /build/requirements.txt

FROM requirements AS project
WORKDIR /app
COPY manage.py gunicorn.conf.py ./
COPY supportvoice/ supportvoice/
COPY tickets/ tickets/
COPY calls/ calls/
COPY assistants/ assistants/
COPY templates/ templates/
COPY static/ static/
RUN python -m compileall -q /app
# Made-up values, and only for this step: nothing of them goes into the image that runs.
COPY .ci/production.env /build/
RUN set -a && . /build/production.env && set +a && python manage.py collectstatic --no-input

FROM python:3.11.15-slim-trixie
RUN groupadd --gid 10001 supportvoice \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin supportvoice \
    && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/supportvoice
COPY --from=requirements /opt/venv /opt/venv
COPY --from=project /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=supportvoice.settings \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "2"]
