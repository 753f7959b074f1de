"""Running containers of an image: once to the end, or beside the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

from airflow_ecs_image.engine.client import DockerError, Engine
from airflow_ecs_image.engine.container import (
    Completed,
    Container,
    ContainerState,
    ContainerTimedOut,
    environment_options,
)
from airflow_ecs_image.engine.images import image_not_found
from airflow_ecs_image.errors import ImageNotFound

__all__ = [
    "Completed",
    "Container",
    "ContainerOptions",
    "ContainerState",
    "ContainerTimedOut",
    "Volume",
    "create",
    "run",
    "start",
]

CONTAINER_LABEL = "io.airflow-ecs-image.container"
"""On every container that this toolkit starts."""

_CREATE_SECONDS = 120


@dataclass(frozen=True)
class Volume:
    """A file or folder of the engine's machine that a container sees as `target`."""

    source: Path
    target: str
    read_only: bool = True


class ContainerOptions(TypedDict, total=False):
    """How a container differs from what its image says; each may be left out or be None.

    `platform` must be the image's own. `environment` values appear in no process list. `temporary_folders`
    are paths that are writable in memory, for use with `read_only`. `extra_hosts` are `name:address`. `cpus` is
    the share of the machine's processor time, such as 0.25; without it every core is free to use. `contents` are
    tar archives, plain or gzip, by the folder that holds their files and nothing else. `ports` are ports of this
    machine's loopback address by those of the container, 0 for one that is free. `aliases` are names of the container
    on its network, `link_local_address` is an address there beside its own. `named_volumes` are volumes by the path
    that they are seen at. `stop_signal` is what asks it to end.
    """

    platform: str | None
    environment: Mapping[str, str] | None
    user: str | None
    entrypoint: str | None
    network: str | None
    read_only: bool
    volumes: Sequence[Volume]
    temporary_folders: Sequence[str]
    extra_hosts: Sequence[str]
    cpus: float | None
    contents: Mapping[str, bytes]
    name: str | None
    labels: Mapping[str, str]
    ports: Mapping[int, int]
    aliases: Sequence[str]
    link_local_address: str | None
    named_volumes: Mapping[str, str]
    stop_signal: str | None


def run(
    image: str,
    args: Sequence[str] = (),
    *,
    stdin: str | bytes | None = None,
    timeout: float = 120,
    remove: bool = True,
    engine: Engine | None = None,
    **options: Unpack[ContainerOptions],
) -> Completed:
    """Run a container to its end and return its exit code and output. The image is never pulled.

    `stdin` is the text or bytes of its standard input. After `timeout` seconds it is killed and
    ContainerTimedOut raised. It is removed at the end, also on Ctrl-C, unless `remove` is false. Raises
    ImageNotFound and PlatformUnavailable.
    """
    container = _created(engine or Engine(), image, args, interactive=stdin is not None, options=options)
    try:
        return container.start_attached(stdin.encode() if isinstance(stdin, str) else stdin, timeout)
    finally:
        if remove:
            container.remove()


def start(
    image: str,
    args: Sequence[str] = (),
    *,
    engine: Engine | None = None,
    **options: Unpack[ContainerOptions],
) -> Container:
    """Start a container beside the caller; use it as a context manager, so that it is removed.

    Raises ImageNotFound, or DockerError when its program cannot be started.
    """
    container = create(image, args, engine=engine, **options)
    try:
        container.start()
    except BaseException:
        container.remove()
        raise
    return container


def create(
    image: str,
    args: Sequence[str] = (),
    *,
    engine: Engine | None = None,
    **options: Unpack[ContainerOptions],
) -> Container:
    """Make a container that does not run yet. Raises ImageNotFound, or DockerError when an option is refused."""
    return _created(engine or Engine(), image, args, interactive=False, options=options)


def _created(
    engine: Engine, image: str, args: Sequence[str], *, interactive: bool, options: ContainerOptions
) -> Container:
    environment, carried = environment_options(options.get("environment"))
    arguments = [
        *("--pull", "never", "--label", f"{CONTAINER_LABEL}=true"),
        *(["--interactive"] if interactive else []),
        *environment,
        *_arguments(options),
        *("--", image, *args),
    ]
    try:
        identifier = engine.docker(
            "container", "create", *arguments, timeout=_CREATE_SECONDS, environment=carried
        )
    except ImageNotFound:
        raise image_not_found(image) from None
    except DockerError as error:
        if "does not match the specified platform" not in error.stderr:
            raise
        platform = options.get("platform")
        raise ImageNotFound(
            f"{image}: this engine holds it, but not for {platform}",
            mend=f"build it with --platform {platform}",
        ) from None
    container = Container(identifier.strip(), engine)
    try:
        for folder, archive in options.get("contents", {}).items():
            container.unpack(archive, folder)
    except BaseException:
        container.remove()
        raise
    return container


def _arguments(options: ContainerOptions) -> list[str]:
    single = {
        "--platform": options.get("platform"),
        "--user": options.get("user"),
        "--entrypoint": options.get("entrypoint"),
        "--network": options.get("network"),
        "--cpus": None if (cpus := options.get("cpus")) is None else f"{cpus:g}",
        "--name": options.get("name"),
        "--link-local-ip": options.get("link_local_address"),
        "--stop-signal": options.get("stop_signal"),
    }
    arguments = [word for name, value in single.items() if value is not None for word in (name, value)]
    if options.get("read_only"):
        arguments.append("--read-only")
    for volume in options.get("volumes", ()):
        mode = ":ro" if volume.read_only else ""
        arguments += ["--volume", f"{volume.source}:{volume.target}{mode}"]
    for folder in options.get("temporary_folders", ()):
        arguments += ["--tmpfs", folder]
    for folder in options.get("contents", {}):
        # An anonymous volume hides what the image has there, on a remote engine too; it goes with the container.
        quoted = folder.replace('"', '""')
        arguments += ["--mount", f'type=volume,"target={quoted}",volume-nocopy']
    for host in options.get("extra_hosts", ()):
        arguments += ["--add-host", host]
    return arguments + _service_arguments(options)


def _service_arguments(options: ContainerOptions) -> list[str]:
    """What containers need that others look for."""
    arguments = []
    for name, value in options.get("labels", {}).items():
        arguments += ["--label", f"{name}={value}"]
    for inside, outside in options.get("ports", {}).items():
        arguments += ["--publish", f"127.0.0.1:{outside or ''}:{inside}"]
    for alias in options.get("aliases", ()):
        arguments += ["--network-alias", alias]
    for target, volume in options.get("named_volumes", {}).items():
        arguments += ["--volume", f"{volume}:{target}"]
    return arguments
