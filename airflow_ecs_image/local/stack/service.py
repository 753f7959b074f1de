"""One service of a stack: how its container is made, and when an existing one is still the same."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from airflow_ecs_image.engine import Engine, containers
from airflow_ecs_image.engine.client import DockerError
from airflow_ecs_image.engine.container import Container
from airflow_ecs_image.engine.containers import Volume
from airflow_ecs_image.engine.labelled import LabelledContainer
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.spec.label_names import LOCAL, LOCAL_SERVICE

CONFIGURATION = f"{LOCAL}.configuration"
"""The label with the hash of all that a container was made from."""

PORT = f"{LOCAL}.port"
"""What a label begins with that says which port was asked for; the port of the container follows."""

_AIRFLOW_UID = 50000


@dataclass(frozen=True)
class Service:
    """A container of the stack. `image` is an id; `files` are contents by their paths; `ports` as in ContainerOptions.

    `volumes` are named ones by their paths, `depends_on` is what else makes it another one, such as an id.
    """

    name: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    user: str | None = None
    ports: Mapping[int, int] = field(default_factory=dict)
    volumes: Mapping[str, str] = field(default_factory=dict)
    engine_socket: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    link_local_address: str | None = None
    stop_signal: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    depends_on: str = ""

    @property
    def configuration(self) -> str:
        """A hash of all of it, from which no secret can be read back."""
        content = asdict(self) | {
            "files": {path: hashlib.sha256(text).hexdigest() for path, text in self.files.items()},
            "ports": sorted(self.ports.items()),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def is_same(service: Service, existing: LabelledContainer | None) -> bool:
    """Whether a container is what the service asks for."""
    return existing is not None and existing.labels.get(CONFIGURATION) == service.configuration


def start_service(stack: str, service: Service, engine: Engine | None = None) -> Container:
    """Make and start its container. SpecError for a port that is taken, or a name that is."""
    engine = engine or Engine()
    container = _created(stack, service, engine)
    try:
        if service.files:
            container.unpack(archive(service.files), "/")
        start(container, service)
    except BaseException:
        container.remove()
        raise
    return container


def start(container: Container, service: Service) -> None:
    """Start its container, which was made or has ended. SpecError for a port that is taken."""
    try:
        container.start()
    except DockerError as error:
        if not _port_is_taken(error.stderr):
            raise
        taken = ", ".join(str(port) for port in service.ports.values() if port) or "of this stack"
        raise SpecError(
            f"port {taken}: another program of this machine listens on it",
            mend="name another one, or 0 for any that is free",
        ) from None


def _created(stack: str, service: Service, engine: Engine) -> Container:
    name = names.container_name(stack, service.name)
    options = containers.ContainerOptions(
        name=name,
        labels={
            LOCAL: stack,
            LOCAL_SERVICE: service.name,
            CONFIGURATION: service.configuration,
            **{f"{PORT}.{inside}": str(outside) for inside, outside in service.ports.items()},
            **service.labels,
        },
        network=stack,
        aliases=(service.name,),
        environment=service.environment,
        user=service.user,
        ports=service.ports,
        named_volumes=service.volumes,
        volumes=[Volume(Path(service.engine_socket), "/var/run/docker.sock", read_only=False)]
        if service.engine_socket
        else (),
        link_local_address=service.link_local_address,
        stop_signal=service.stop_signal,
    )
    try:
        return containers.create(service.image, service.command, engine=engine, **options)
    except DockerError as error:
        if "is already in use by container" not in error.stderr:
            raise
        raise SpecError(
            f"name: '{stack}' — a container {name} is there that belongs to no stack of that name",
            mend="another --name, or remove that container",
        ) from None


def archive(files: Mapping[str, bytes], uid: int = _AIRFLOW_UID) -> bytes:
    """Files as a tar archive, by their paths."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for path, content in files.items():
            member = tarfile.TarInfo(path.lstrip("/"))
            member.size, member.mode, member.uid = len(content), 0o644, uid
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def _port_is_taken(stderr: str) -> bool:
    return "port is already allocated" in stderr or "address already in use" in stderr
