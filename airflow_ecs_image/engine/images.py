"""Images: what an image here or in a registry holds, and importing, naming, fetching and removing images."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from airflow_ecs_image.engine.client import Engine, command_environment, docker_missing, refusal
from airflow_ecs_image.engine.remote import RemoteImage, registry_error, remote
from airflow_ecs_image.errors import ImageNotFound, ToolkitError

__all__ = [
    "HistoryEntry",
    "ImageDetails",
    "RemoteImage",
    "exists",
    "image_id",
    "image_not_found",
    "import_root_filesystem",
    "inspect",
    "pull",
    "remote",
    "remove",
    "save",
    "tag",
]

_TRANSFER_SECONDS = 1800
_IMPORT_SECONDS = 600
_LAST_WORDS_SECONDS = 10
_LONGEST_PADDING = 1 << 16


@dataclass(frozen=True)
class HistoryEntry:
    """One step of an image's history; `size_bytes` is 0 for a step that added no files."""

    created_by: str
    comment: str
    size_bytes: int


@dataclass(frozen=True)
class ImageDetails:
    """What an image of this engine says about itself. `layers` are diff ids, the lowest layer first."""

    id: str
    tags: tuple[str, ...]
    digests: tuple[str, ...]
    architecture: str
    os: str
    environment: dict[str, str]
    labels: dict[str, str]
    user: str
    working_directory: str
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    history: tuple[HistoryEntry, ...]
    layers: tuple[str, ...]
    size_bytes: int
    created: str

    @property
    def platform(self) -> str:
        """The platform as it is asked for: `linux/amd64`."""
        return f"{self.os}/{self.architecture}"


def inspect(reference: str, *, engine: Engine | None = None) -> ImageDetails:
    """The details of an image that this engine holds, by name, digest or id. Raises ImageNotFound."""
    engine = engine or Engine()
    with ThreadPoolExecutor(max_workers=1) as pool:
        history = pool.submit(
            engine.docker, "history", "--no-trunc", "--human=false", "--format", "{{json .}}", "--", reference
        )
        try:
            content = json.loads(engine.docker("image", "inspect", "--", reference))
        except ImageNotFound:
            history.exception()
            raise image_not_found(reference) from None
        entries = _history(history.result())
    return _details(content[0], entries)


def image_id(reference: str, *, engine: Engine | None = None) -> str | None:
    """The id of an image that this engine holds; None when it holds none of that name."""
    try:
        return (engine or Engine()).docker("image", "inspect", "--format", "{{.Id}}", "--", reference).strip()
    except ImageNotFound:
        return None


def exists(reference: str, *, engine: Engine | None = None) -> bool:
    """Whether this engine holds the image."""
    return image_id(reference, engine=engine) is not None


def image_not_found(reference: str) -> ImageNotFound:
    """The error for an image that this engine does not hold."""
    return ImageNotFound(
        f"{reference}: this engine has no such image",
        mend=f"build it, or `docker pull {reference}`; `docker images` lists what is here",
    )


def import_root_filesystem(
    archive: Path,
    reference: str,
    platform: str,
    *,
    labels: Mapping[str, str] | None = None,
    engine: Engine | None = None,
) -> str:
    """Make an image of one layer from a tar archive (plain, gzip, xz or zstd) and return its id.

    `platform` is recorded in the image, whatever the machine of the engine is, and so are the labels.
    """
    changes = [
        part for name, value in (labels or {}).items() for part in ("--change", f"LABEL {name}={value}")
    ]
    with archive.open("rb") as stream:
        options = ("--platform", platform, *changes, "--", "-", reference)
        identifier = (engine or Engine()).docker("import", *options, stdin=stream, timeout=_IMPORT_SECONDS)
    return identifier.strip()


def tag(source: str, target: str, *, engine: Engine | None = None) -> None:
    """Give an image a further name, which moves there from any other image. Raises ImageNotFound."""
    (engine or Engine()).docker("image", "tag", "--", source, target)


def remove(reference: str, *, force: bool = False, engine: Engine | None = None) -> None:
    """Remove a name, and the image when it was its last one. Raises ImageNotFound."""
    (engine or Engine()).docker("image", "rm", *(["--force"] if force else []), "--", reference, timeout=120)


def pull(reference: str, platform: str, *, engine: Engine | None = None) -> None:
    """Fetch an image of that platform from its registry. Raises BaseUnavailable or ImageNotFound."""
    engine = engine or Engine()
    completed = engine.complete(
        "pull", "--quiet", "--platform", platform, "--", reference, timeout=_TRANSFER_SECONDS
    )
    if completed.returncode != 0:
        stderr = completed.stderr.decode(errors="replace")
        raise registry_error(reference, stderr) or refusal(stderr, command="pull")


@contextmanager
def save(reference: str, *, engine: Engine | None = None) -> Iterator[IO[bytes]]:
    """The image as a stream of a tar archive, as `docker save` writes it.

    Leaving early ends the transfer. Raises what docker refused, such as ImageNotFound, when it breaks off.
    """
    engine = engine or Engine()
    try:
        process = subprocess.Popen(
            [engine.executable, "image", "save", "--", reference],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=command_environment(),
        )
    except FileNotFoundError:
        raise docker_missing(engine.executable) from None
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        try:
            yield process.stdout
        except BaseException as error:
            # Half an archive is no archive: when docker broke off, its reason says more than the reader's.
            broke_off = isinstance(error, Exception) and _ended(process, process.stdout)
            if broke_off and process.wait(timeout=_LAST_WORDS_SECONDS) != 0:
                raise _save_refusal(reference, process.stderr) from None
            process.kill()
            raise
        if not _ended(process, process.stdout):
            process.kill()
        elif process.wait(timeout=_LAST_WORDS_SECONDS) != 0:
            raise _save_refusal(reference, process.stderr)


def _ended(process: subprocess.Popen[bytes], stream: IO[bytes]) -> bool:
    """Whether the stream is at its end but for the padding of an archive."""
    return process.poll() is not None or len(stream.read(_LONGEST_PADDING)) < _LONGEST_PADDING


def _save_refusal(reference: str, stderr: IO[bytes]) -> ToolkitError:
    error = refusal(stderr.read().decode(errors="replace"), command="image save")
    return image_not_found(reference) if isinstance(error, ImageNotFound) else error


def _details(content: dict[str, Any], history: tuple[HistoryEntry, ...]) -> ImageDetails:
    config = content.get("Config") or {}
    return ImageDetails(
        id=content["Id"],
        tags=tuple(content.get("RepoTags") or ()),
        digests=tuple(content.get("RepoDigests") or ()),
        architecture=content["Architecture"],
        os=content["Os"],
        environment=dict(pair.partition("=")[::2] for pair in config.get("Env") or ()),
        labels=dict(config.get("Labels") or {}),
        user=config.get("User") or "",
        working_directory=config.get("WorkingDir") or "",
        entrypoint=tuple(config.get("Entrypoint") or ()),
        cmd=tuple(config.get("Cmd") or ()),
        history=history,
        layers=tuple((content.get("RootFS") or {}).get("Layers") or ()),
        size_bytes=int(content["Size"]),
        created=content.get("Created") or "",
    )


def _history(lines: str) -> tuple[HistoryEntry, ...]:
    entries = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return tuple(
        HistoryEntry(
            created_by=entry.get("CreatedBy", ""),
            comment=entry.get("Comment", ""),
            size_bytes=int(float(entry.get("Size") or 0)),
        )
        for entry in entries
    )
