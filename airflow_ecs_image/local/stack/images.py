"""The images beside the user's own: that of the services, and that of the control plane, which needs database drivers."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from airflow_ecs_image.bases.root_filesystem import ensure_from_mirror
from airflow_ecs_image.bases.source import registry_digest
from airflow_ecs_image.build.network_secrets import network_of, network_secrets
from airflow_ecs_image.console import Console
from airflow_ecs_image.context import DAG_LAYER
from airflow_ecs_image.engine import BuildRequest, Engine, build, images
from airflow_ecs_image.local.stack.dockerfiles import CONTROL_PLANE, SERVICES
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.label_names import AIRFLOW_VERSION, OWN
from airflow_ecs_image.versions import load_versions, lock_path

SUITE = "trixie"
"""The Debian of the services."""

SERVICES_REPOSITORY = "airflow-ecs-image/local-services"
CONTROL_PLANE_REPOSITORY = "airflow-ecs-image/local-control-plane"
REPOSITORIES = "airflow-ecs-image/local-*"
"""A pattern for both, as `docker image ls` takes it."""

_EMPTY_LAYER = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
"""An archive without a file: BuildKit makes one for an instruction such as WORKDIR that changes nothing."""

_DAG_LAYER_SENT = f"ADD {DAG_LAYER}"
_DAG_LAYER_MADE = "COPY /layer/ /"

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def services_image(image: ImageSpec, directory: Path, console: Console) -> str:
    """Build the image of PostgreSQL, S3 and the endpoint, and return its id. Raises what building raises."""
    locks = {"rclone.txt": _lock(load_versions().tools.rclone_lock)}
    tag = f"{SERVICES_REPOSITORY}:{_hash(SERVICES, *locks.values())}"
    if images.exists(tag):
        return images.inspect(tag).id
    with console.step("Make the image of PostgreSQL, S3 and the ECS endpoint"):
        debian = _debian(image.debian_mirror, console)
        return _build(SERVICES, tag, {"debian": debian}, locks, image, directory, console)


def control_plane_image(
    name: str, python_version: str, image: ImageSpec, directory: Path, console: Console, *, has_own_dags: bool
) -> str:
    """Build the worker's image of that name with database drivers and Airflow's pages, and return its id. Raises what
    building raises.

    The worker of Airflow 3 never speaks to the database, so its image has no driver. With `has_own_dags` the DAGs of the image do
    not count: an image that differs in nothing else gives the same control plane, which then goes on as it is.
    """
    worker = images.inspect(name)
    architecture = worker.architecture
    locks = {
        "drivers.txt": _lock(load_versions().tools.database_drivers_lock),
        "pages.txt": _pages(worker, python_version),
    }
    key = _hash(CONTROL_PLANE, *locks.values(), *_made_from(worker, has_own_dags=has_own_dags))
    tag = f"{CONTROL_PLANE_REPOSITORY}:{key}"
    if images.exists(tag):
        return images.inspect(tag).id
    arguments = {
        # A build knows images by their names alone.
        "worker": name if not worker.tags or name in worker.tags or "@" in name else worker.tags[0],
        "python": python_version,
        "machine": _MACHINES.get(architecture, architecture),
    }
    with console.step("Add database drivers and pages to the image, for the control plane"):
        arguments["debian"] = _debian(image.debian_mirror, console)
        return _build(
            CONTROL_PLANE, tag, arguments, locks, image, directory, console, platform=worker.platform
        )


def _pages(worker: images.ImageDetails, python_version: str) -> str:
    """The requirement of the distribution that brings Airflow's pages; empty where the image has them."""
    version = worker.labels[AIRFLOW_VERSION]
    support = load_versions().release(version).pythons.get(python_version)
    if worker.labels.get(f"{OWN}.base") != "source" or support is None or support.lock is None:
        return ""
    name = "apache-airflow" if version.startswith("2.") else "apache-airflow-core"
    lines = _lock(support.lock).splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith(f"{name}=="))


def _made_from(worker: images.ImageDetails, *, has_own_dags: bool) -> Iterator[str]:
    """What an image is but for its labels, and for its DAGs where they do not count."""
    layers = worker.layers
    while layers and layers[-1] == _EMPTY_LAYER:
        layers = layers[:-1]
    if has_own_dags and f"{OWN}.dag-hash" in worker.labels:
        layers = layers[: len(layers) - _dag_layers(worker)]
    yield from (*layers, worker.user, *worker.entrypoint, *worker.cmd)
    yield from (f"{name}={value}" for name, value in sorted(worker.environment.items()))


def _dag_layers(worker: images.ImageDetails) -> int:
    """How many of the last layers that hold anything are the DAG files' (Dockerfile.j2, block dags)."""
    sent = sum(entry.created_by.startswith(_DAG_LAYER_SENT) for entry in worker.history)
    if sent:
        return sent
    # Of a folder it is one, unless a user's own template has another order.
    filled = next((entry.created_by for entry in worker.history if entry.size_bytes), "")
    return 1 if filled.startswith(_DAG_LAYER_MADE) else 0


def _hash(*content: str) -> str:
    return hashlib.sha256("\0".join(content).encode()).hexdigest()[:12]


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
            secrets=network_secrets(network_of(image, directory)),
        )
        build(request, console)
    return images.inspect(tag).id


def _debian(mirror: str, console: Console) -> str:
    """Debian by digest where a registry answers, else made from the mirror: as the source base does."""
    suite = load_versions().suite(SUITE)
    digest = registry_digest(suite)
    return f"{suite.reference}@{digest}" if digest else ensure_from_mirror(suite.name, mirror, console)


def _lock(name: str) -> str:
    return lock_path(name).read_text(encoding="utf-8")
