"""Building a Dockerfile of the bench's own, or of the tests'."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from airflow_ecs_image import __version__
from airflow_ecs_image.build.network_secrets import network_secrets
from airflow_ecs_image.console import Console
from airflow_ecs_image.context import network_settings
from airflow_ecs_image.engine import BuildRequest, Engine, Secret, build
from airflow_ecs_image.spec.label_names import OWN

_CLEANED: Mapping[str, str] = MappingProxyType({f"{OWN}.version": __version__})
"""`make clean` removes what has it."""
_DEBIAN = """
ARG root_filesystem
FROM ${root_filesystem}
RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \\
    if [ -f /run/secrets/network ]; then set -a; . /run/secrets/network; set +a; fi && \\
    apt-get update -qq && \\
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends PACKAGES >/dev/null && \\
    rm -rf /var/lib/apt/lists/*
"""


def build_dockerfile(
    dockerfile: str,
    context: Path,
    tag: str,
    *,
    target: str | None = None,
    labels: Mapping[str, str] = _CLEANED,
    **build_args: str,
) -> str:
    """Build the text of a Dockerfile, for the engine's own processor; returns `tag`, the name of the image.

    Its steps may mount the secrets of `build_secrets`. `labels` are the image's besides those of its Dockerfile, by
    default the one that `make clean` goes by. Raises what a build raises.
    """
    request = BuildRequest(
        dockerfile,
        context,
        (tag,),
        native_platform(),
        build_args=build_args,
        secrets=build_secrets(),
        labels=labels,
        target=target,
    )
    build(request, silent())
    return tag


def debian_with(*packages: str) -> str:
    """The head of a Dockerfile: the Debian of the build argument `root_filesystem`, and these of its packages."""
    return _DEBIAN.replace("PACKAGES", " ".join(packages))


def build_secrets() -> tuple[Secret, ...]:
    """What a build needs to reach the package mirrors from here: the secrets `network` and `ca-bundle`, where there are any."""
    return network_secrets(network_settings(os.environ))


def native_platform() -> str:
    """The platform of the engine's own processor."""
    return f"linux/{Engine().architecture()}"


def silent() -> Console:
    """A console that nobody reads."""
    return Console(stream=io.StringIO(), environment={})
