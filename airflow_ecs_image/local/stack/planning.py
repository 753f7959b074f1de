"""From a request to the plan of a stack: the images are made here, nothing else is."""

from __future__ import annotations

import os
import platform
from urllib.parse import urlsplit

from airflow_ecs_image.build import build_image
from airflow_ecs_image.console import Console
from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.engine import Engine, images
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.local.stack import stack_secrets
from airflow_ecs_image.local.stack.images import control_plane_image, services_image
from airflow_ecs_image.local.stack.request import StackRequest
from airflow_ecs_image.local.stack.services import Plan
from airflow_ecs_image.local.stack.specs import dag_source_of, local_ecs_spec, local_image_spec
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import load_versions

_SOCKET = "/var/run/docker.sock"


def plan_stack(request: StackRequest, console: Console) -> Plan:
    """Find or build the three images and decide all services.

    Raises SpecError for an image that no worker can be, ImageNotFound, and what building raises.
    """
    dag_source = dag_source_of(request)
    name = request.image_name or _built(request, console)
    worker = images.inspect(name)
    airflow_version, python_version = _versions(name, ImageFacts(name, worker.platform, labels=worker.labels))
    _warn_of_emulation(worker.platform, console)
    image = local_image_spec(request.image, airflow_version, python_version)
    image = image.model_copy(update={"container_dag_path": _dag_path(worker, image)})
    with console.step("Services: PostgreSQL, S3, ECS endpoint"):
        services = services_image(request.image, request.directory, console)
    with console.step("Control plane: the image with database drivers"):
        control_plane = control_plane_image(name, python_version, request.image, request.directory, console)
    is_of_image = request.image_name is not None and dag_source == "baked"
    return Plan(
        request=request,
        image=image,
        ecs=local_ecs_spec(request, airflow_version, dag_source),
        dag_source=dag_source,
        secrets=stack_secrets.read_or_make(request.name),
        worker=worker.id,
        worker_name=name,
        control_plane=control_plane,
        services=services,
        slots=request.slots or _processors(),
        engine_socket=_engine_socket(),
        # The DAGs of an image that was built elsewhere are those that it holds.
        dag_folder=None if is_of_image else image.container_dag_path,
    )


def _built(request: StackRequest, console: Console) -> str:
    native = f"linux/{Engine().architecture()}"
    chosen = native if native in request.image.platform else request.image.platform[0]
    spec: ImageSpec = request.image.model_copy(update={"platform": (chosen,)})
    build_image(
        spec, directory=request.directory, console=console, check=False, no_cache=False, summary=False
    )
    return spec.tag


def _versions(name: str, facts: ImageFacts) -> tuple[str, str]:
    if facts.airflow_version is None or facts.python_version is None:
        raise SpecError(
            f"{name}: no label of it says which Airflow and which Python it holds",
            mend="an image that this toolkit built, or one on apache/airflow",
        )
    load_versions().release(facts.airflow_version)
    return facts.airflow_version, facts.python_version


def _dag_path(worker: images.ImageDetails, image: ImageSpec) -> str:
    return worker.environment.get("AIRFLOW__CORE__DAGS_FOLDER") or image.container_dag_path


def _warn_of_emulation(found: str, console: Console) -> None:
    native = f"linux/{Engine().architecture()}"
    if found != native:
        console.warning(
            f"the image is made for {found}, and this machine emulates it: all is many times slower"
        )


def _processors() -> int:
    """Those of the engine's machine."""
    return int(Engine().docker("info", "--format", "{{.NCPU}}"))


def _engine_socket() -> str:
    """The engine's socket on the engine's machine.

    That of DOCKER_HOST or of the context where it is a socket of this Linux; else the usual one, which is also that of the
    virtual machine of Docker Desktop.
    """
    host = os.environ.get("DOCKER_HOST") or Engine().docker(
        "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"
    )
    address = urlsplit(host.strip())
    is_own = address.scheme == "unix" and platform.system() == "Linux"
    return address.path if is_own and "/.docker/desktop/" not in address.path else _SOCKET
