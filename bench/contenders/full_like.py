"""The sample on what the full official image holds, which is what the sample names: for bytes and pull alone.

The full image cannot be pulled everywhere. Its contents are public (apache/airflow, Dockerfile, 3.3.0: `AIRFLOW_EXTRAS`
and the Debian packages of its runtime), so that a near copy can be built on the official-like base. It lacks the extras
`ldap` and `mysql`, which need a compiler, and the packages of other vendors' Debian mirrors.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from airflow_ecs_image.console import Console
from bench.contenders.build import base_of, build_contender
from bench.contenders.dockerfile import build_dockerfile
from bench.contenders.model import REPOSITORY, Contender

_EXTRAS = (
    "aiobotocore", "amazon", "async", "celery", "cncf-kubernetes", "common-io", "common-messaging", "docker",
    "elasticsearch", "fab", "ftp", "git", "google", "google-auth", "graphviz", "grpc", "hashicorp", "http",
    "microsoft-azure", "odbc", "openlineage", "opensearch", "pandas", "postgres", "redis", "sendgrid", "sftp", "slack",
    "snowflake", "ssh", "statsd", "uv",
)  # fmt: skip
_DEBIAN = (
    "apt-utils", "curl", "freetds-bin", "git", "gnupg", "iputils-ping", "krb5-user", "ldap-utils", "libev4",
    "libgeos-dev", "libsasl2-modules", "libxmlsec1", "locales", "lsb-release", "netcat-openbsd", "openssh-client",
    "rsync", "sasl2-bin", "sqlite3", "sudo", "unixodbc", "wget",
)  # fmt: skip
_DOCKERFILE = """
ARG base
FROM ${base}
USER 0
ARG debian
RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \\
    . /online && \\
    apt-get update -qq && \\
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends ${debian} >/dev/null && \\
    rm -rf /var/lib/apt/lists/*
ARG extras
RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \\
    --mount=type=cache,id=uv,target=/root/.cache/uv,sharing=locked \\
    . /online && \\
    export UV_LINK_MODE=copy && \\
    /home/airflow/.local/bin/uv pip install --quiet --python /home/airflow/.local/bin/python --no-build \\
      --constraints /home/airflow/constraints.txt "apache-airflow[${extras}]==${AIRFLOW_VERSION}" && \\
    chown -R 50000:0 /home/airflow && \\
    chmod -R g=u /home/airflow
USER 50000
"""


def build_full_reference(airflow: str, project: Path, console: Console) -> Contender:
    """Build the sample on a near copy of the full image, from a project folder; raises what a build raises."""
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as context:
        base = build_dockerfile(
            _DOCKERFILE,
            Path(context),
            f"localhost/{REPOSITORY}/airflow:full-{airflow}",
            base=base_of(airflow),
            debian=" ".join(_DEBIAN),
            extras=",".join(_EXTRAS),
        )
    tag = f"{REPOSITORY}:full-{airflow}"
    build_contender("reference", airflow, project, console=console, tag=tag, base=base)
    return Contender("full", airflow, tag)
