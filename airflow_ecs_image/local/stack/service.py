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
            "files": {path: hashlib.sha256(text).hexdigest() for path, text in self.files.items()}
        }
        # A port that may be any is the same as the one that was found.
        content["ports"] = sorted(self.ports.items())
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def is_same(service: Service, existing: LabelledContainer | None) -> bool:
    """Whether a container is what the service asks for."""
    return existing is not None and existing.labels.get(CONFIGURATION) == service.configuration


def start_service(stack: str, service: Service, engine: Engine | None = None) -> Container:
    """Make and start its container. SpecError for a port that is taken."""
    engine = engine or Engine()
    container = containers.create(
        service.image,
        service.command,
        engine=engine,
        name=names.container_name(stack, service.name),
        labels={
            LOCAL: stack,
            LOCAL_SERVICE: service.name,
            CONFIGURATION: service.configuration,
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
        if service.files:
            container.unpack(archive(service.files), "/")
        container.start()
    except BaseException as error:
        container.remove()
        if isinstance(error, DockerError) and _port_is_taken(error.stderr):
            taken = ", ".join(str(port) for port in service.ports.values() if port)
            raise SpecError(
                f"port {taken}: another program of this machine listens on it",
                mend="name another one, or leave the option out for a free one",
            ) from None
        raise
    return container


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
