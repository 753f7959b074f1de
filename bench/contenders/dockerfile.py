"""Building a Dockerfile of the bench's own."""

from __future__ import annotations

import io
import os
from pathlib import Path

from airflow_ecs_image import __version__
from airflow_ecs_image.build.network_secrets import network_secrets
from airflow_ecs_image.console import Console
from airflow_ecs_image.context import network_settings
from airflow_ecs_image.engine import BuildRequest, Engine, build
from airflow_ecs_image.spec.label_names import OWN


def build_dockerfile(
    dockerfile: str, context: Path, tag: str, *, target: str | None = None, **build_args: str
) -> str:
    """Build the text of a Dockerfile, for the engine's own processor; returns `tag`, the name of the image.

    Its steps may mount the secrets `network` and `ca-bundle`. Raises what a build raises.
    """
    request = BuildRequest(
        dockerfile,
        context,
        (tag,),
        f"linux/{Engine().architecture()}",
        build_args=build_args,
        secrets=network_secrets(network_settings(os.environ)),
        # `make clean` removes what has it.
        labels={f"{OWN}.version": __version__},
        target=target,
    )
    build(request, silent())
    return tag


def silent() -> Console:
    """A console that nobody reads."""
    return Console(stream=io.StringIO(), environment={})
