"""The images beside the user's own: that of the services, and that of the control plane, which needs database drivers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from airflow_ecs_image.bases.root_filesystem import ensure_from_mirror
from airflow_ecs_image.console import Console
from airflow_ecs_image.context import network_settings
from airflow_ecs_image.engine import BuildRequest, Engine, Secret, build, images
from airflow_ecs_image.engine.remote import remote
from airflow_ecs_image.errors import BaseUnavailable, ImageNotFound
from airflow_ecs_image.local.stack.dockerfiles import CONTROL_PLANE, SERVICES
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import load_versions, lock_path

SUITE = "trixie"
"""The Debian of the services."""

SERVICES_TAG = "airflow-ecs-image/local-services:latest"
CONTROL_PLANE_REPOSITORY = "airflow-ecs-image/local-control-plane"

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def services_image(image: ImageSpec, directory: Path, console: Console) -> str:
    """Build the image of PostgreSQL, S3 and the endpoint, and return its id. Raises what building raises."""
    debian = _debian(image.debian_mirror, console)
    locks = {"rclone.txt": _lock(load_versions().tools.rclone_lock)}
    return _build(SERVICES, SERVICES_TAG, {"debian": debian}, locks, image, directory, console)


def control_plane_image(
    name: str, python_version: str, image: ImageSpec, directory: Path, console: Console
) -> str:
    """Build the worker's image of that name with database drivers, and return its id. Raises what building raises.

    The worker of Airflow 3 never speaks to the database, so its image has none.
    """
    worker = images.inspect(name)
    architecture = worker.architecture
    arguments = {
        "debian": _debian(image.debian_mirror, console),
        # A build knows images by their names alone.
        "worker": name if not worker.tags or name in worker.tags or "@" in name else worker.tags[0],
        "python": python_version,
        "machine": _MACHINES.get(architecture, architecture),
    }
    locks = {"drivers.txt": _lock(load_versions().tools.database_drivers_lock)}
    tag = f"{CONTROL_PLANE_REPOSITORY}:{worker.id.removeprefix('sha256:')[:12]}"
    return _build(CONTROL_PLANE, tag, arguments, locks, image, directory, console, platform=worker.platform)


def _build(
    dockerfile: str,
    tag: str,
    arguments: Mapping[str, str],
    files: Mapping[str, str],
    image: ImageSpec,
    directory: Path,
    console: Console,
    *,
    platform: str | None = None,
) -> str:
    network = network_settings(
        os.environ,
        pip_conf=directory / image.pip_conf if image.pip_conf else None,
        ca_bundle=directory / image.ca_bundle if image.ca_bundle else None,
    )
    secrets = [Secret("network", value=network.variables)] if network.variables else []
    if network.ca_bundle is not None:
        secrets.append(Secret("ca-bundle", path=network.ca_bundle))
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-context-") as name:
        context = Path(name)
        for path, text in files.items():
            (context / path).write_text(text, encoding="utf-8")
        request = BuildRequest(
            dockerfile,
            context,
            (tag,),
            platform or f"linux/{Engine().architecture()}",
            build_args=arguments,
            secrets=tuple(secrets),
        )
        build(request, console)
    return images.inspect(tag).id


def _debian(mirror: str, console: Console) -> str:
    """Debian by digest where a registry answers, else made from the mirror: as the source base does."""
    suite = load_versions().suite(SUITE)
    try:
        digest = suite.digest or remote(suite.reference, f"linux/{Engine().architecture()}").digest
    except (BaseUnavailable, ImageNotFound):
        return ensure_from_mirror(suite.name, mirror, console)
    return f"{suite.reference}@{digest}"


def _lock(name: str) -> str:
    return lock_path(name).read_text(encoding="utf-8")
