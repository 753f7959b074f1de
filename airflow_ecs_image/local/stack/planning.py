"""From a request to the plan of a stack: the images are made here, nothing else is."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from urllib.parse import urlsplit

from airflow_ecs_image.build import build_image
from airflow_ecs_image.console import Console
from airflow_ecs_image.context import collect_dag_files
from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.engine import Engine, images
from airflow_ecs_image.engine.labelled import LabelledContainer
from airflow_ecs_image.errors import EngineUnavailable, SpecError
from airflow_ecs_image.local.stack import names, stack_secrets
from airflow_ecs_image.local.stack.finding import service_containers
from airflow_ecs_image.local.stack.images import control_plane_image, services_image
from airflow_ecs_image.local.stack.request import Ports, StackRequest
from airflow_ecs_image.local.stack.service import PORT
from airflow_ecs_image.local.stack.services import FACTS, Plan
from airflow_ecs_image.local.stack.specs import dag_source_of, local_ecs_spec, local_image_spec
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE
from airflow_ecs_image.versions import load_versions

_SOCKET = "/var/run/docker.sock"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# The default of Airflow's dag_processor.dag_bundle_config_list.
_DAG_FOLDER_BUNDLE = json.dumps(
    [
        {
            "name": "dags-folder",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {},
        }
    ]
)


def plan_stack(request: StackRequest, console: Console) -> Plan:
    """Find or build the three images and decide all services.

    Raises SpecError for an image that no worker can be, ImageNotFound, DagFolderError, and what building raises.
    """
    dag_source = dag_source_of(request)
    engine_socket = _engine_socket()
    existing = service_containers(request.name)
    name = request.image_name or _built(request, console)
    worker = images.inspect(name)
    airflow_version, python_version = _versions(name, ImageFacts(name, worker.platform, labels=worker.labels))
    _warn_of_emulation(worker.platform, console)
    image = local_image_spec(request.image, airflow_version, python_version)
    image = image.model_copy(update={"container_dag_path": _dag_path(worker, image)})
    bundles = _bundles(worker, is_airflow_3=not airflow_version.startswith("2."))
    # The DAGs of an image that was built elsewhere are those that it holds.
    is_of_image = request.image_name is not None and dag_source == "baked"
    if not is_of_image:
        # A folder without DAGs is said before anything is made.
        collect_dag_files(request.directory, image.host_dag_path, airflow_major=int(airflow_version[0]))
    services = services_image(request.image, request.directory, console)
    control_plane = control_plane_image(
        name, python_version, request.image, request.directory, console, has_own_dags=not is_of_image
    )
    return Plan(
        request=request,
        image=image,
        ecs=local_ecs_spec(request, airflow_version, dag_source, bundles),
        dag_source=dag_source,
        secrets=stack_secrets.read_or_make(request.name),
        worker=worker.id,
        worker_name=name,
        control_plane=control_plane,
        services=services,
        slots=request.slots or _slots_of(existing, request.mode) or Engine().processors(),
        ports=_ports(request.ports, existing),
        settings={**bundles, **request.settings},
        engine_socket=engine_socket,
        dag_folder=None if is_of_image else image.container_dag_path,
    )


def _built(request: StackRequest, console: Console) -> str:
    native = f"linux/{Engine().architecture()}"
    platforms = request.image.platform
    chosen = native if native in platforms else platforms[0]
    # Named as `build` names it.
    tag = request.image.tag if len(platforms) == 1 else f"{request.image.tag}-{chosen.split('/')[1]}"
    spec: ImageSpec = request.image.model_copy(update={"platform": (chosen,), "tag": tag})
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


def _bundles(worker: images.ImageDetails, *, is_airflow_3: bool) -> dict[str, str]:
    """Airflow's own list of bundles where the image names one elsewhere: the stack has the DAGs in the DAG folder."""
    if not is_airflow_3 or CONFIG_VARIABLE not in worker.environment:
        return {}
    return {CONFIG_VARIABLE: _DAG_FOLDER_BUNDLE}


def _slots_of(existing: Mapping[str, LabelledContainer], mode: str) -> int | None:
    """What the stack has in that mode: a thousand simulated tasks are no thousand containers."""
    facts = json.loads(existing[names.ECS].labels.get(FACTS, "{}")) if names.ECS in existing else {}
    return int(facts["slots"]) if facts.get("mode") == mode else None


def _ports(asked: Ports, existing: Mapping[str, LabelledContainer]) -> Ports:
    """What is asked for, else what was."""
    front = names.WEBSERVER if names.WEBSERVER in existing else names.API_SERVER

    def port(number: int | None, service: str, inside: int) -> int:
        if number is not None:
            return number
        labels = existing[service].labels if service in existing else {}
        return int(labels.get(f"{PORT}.{inside}", "0"))

    return Ports(
        airflow=port(asked.airflow, front, names.AIRFLOW_PORT),
        s3=port(asked.s3, names.S3, names.S3_PORT),
        ecs=port(asked.ecs, names.ECS, names.ECS_PORT),
    )


def _engine_socket() -> str:
    """The engine's socket on the engine's machine. EngineUnavailable when that is another machine.

    That of DOCKER_HOST or of the context where it is a socket of this Linux; else the usual one, which is also that of the
    virtual machine of Docker Desktop.
    """
    host = os.environ.get("DOCKER_HOST") or Engine().docker(
        "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"
    )
    address = urlsplit(host.strip())
    if address.scheme == "ssh" or (address.scheme == "tcp" and address.hostname not in _THIS_MACHINE):
        raise EngineUnavailable(
            f"the Docker engine runs on another machine, {address.hostname}: what a stack serves is reachable there alone",
            mend="run it on that machine, or use an engine of this one",
        )
    is_own = address.scheme == "unix" and platform.system() == "Linux"
    return address.path if is_own and "/.docker/desktop/" not in address.path else _SOCKET
