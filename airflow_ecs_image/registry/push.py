"""`push`: the images of a name to one repository, as they were checked, under digests to be used from then on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.checks.record import check_record
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine.client import Engine
from airflow_ecs_image.engine.interruption import ended_by_signals
from airflow_ecs_image.errors import Interrupted, SpecError
from airflow_ecs_image.registry.connection import Connection, connected
from airflow_ecs_image.registry.local_images import LocalImage, local_images
from airflow_ecs_image.registry.manifest_list import push_list
from airflow_ecs_image.registry.manifests import Compression
from airflow_ecs_image.registry.one_image import PushedImage, push_image
from airflow_ecs_image.registry.repository import Repository, checked_tag, repository_and_tag, tag_of_image
from airflow_ecs_image.registry.risks import Risk, risks, take_or_refuse
from airflow_ecs_image.registry.skopeo import ZSTD_LEVELS, ensure_skopeo


@dataclass(frozen=True)
class Pushed:
    """What is in the registry now. `digest` is that of the image, or of the list of all `images`; `pushed` is False
    where every part of it was there before."""

    repository: Repository
    tag: str
    digest: str
    pushed: bool
    compression: Compression
    images: tuple[PushedImage, ...]

    @property
    def reference(self) -> str:
        """The name by which an ECS task definition always gets this very image."""
        return self.repository.at(self.digest)

    def as_json(self) -> dict[str, object]:
        """A document of JSON types; `layers` and `bytes` are None where this login may push but not read."""
        sizes = [image.compressed_bytes for image in self.images]
        layers = [image.layers for image in self.images]
        return {
            "reference": self.reference,
            "digest": self.digest,
            "tag": self.tag,
            "repository": str(self.repository),
            "platforms": [image.platform for image in self.images],
            "compression": self.compression,
            "pushed": self.pushed,
            "layers": None if None in layers else sum(each or 0 for each in layers),
            "bytes": None if None in sizes else sum(each or 0 for each in sizes),
            "images": [image.as_json(self.repository) for image in self.images],
        }


def push(
    image: str,
    repository: str,
    *,
    console: Console,
    tag: str | None = None,
    create: bool = False,
    compression: Compression = "gzip",
    level: int | None = None,
    allowed: frozenset[str] = frozenset(),
) -> Pushed:
    """Push an image of this engine, or the images of its platforms and a list of them, to `repository`.

    `level` is one of ZSTD_LEVELS, by default the highest: an image is compressed once and pulled by every task. `allowed`
    holds the flags of the risks to take (`risks.py`). Raises ImageNotFound, SpecError, PushRefused,
    RepositoryNotFound, RegistryRefused, RegistryUnavailable, TagTaken, AwsCredentialsMissing, AccessDenied,
    AwsUnavailable, SetupFailed and EngineUnavailable.
    """
    if level is not None and compression != "zstd":
        raise SpecError(
            "compression_level: docker compresses by gzip at its own level", mend="--compression zstd"
        )
    engine = Engine()
    place, named_tag = repository_and_tag(repository)
    chosen = _tag(image, repository, named_tag, tag)
    found = local_images(image, engine)
    _refuse_risks(found, allowed, console)
    if chosen == "latest":
        console.note(
            "the tag latest moves with each push: name the image by its digest in the task definition"
        )
    if compression == "zstd":
        ensure_skopeo(console)
    with _interruptible(), connected(place, create=create, engine=engine, console=console) as connection:
        return _push_all(found, chosen, compression, level or max(ZSTD_LEVELS), connection)


def _push_all(
    found: tuple[LocalImage, ...], tag: str, compression: Compression, level: int, connection: Connection
) -> Pushed:
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-push-") as folder:
        images = tuple(
            push_image(local, tag + local.suffix, compression, level, connection, Path(folder))
            for local in found
        )
    if found[0].suffix:
        digest, pushed = push_list(tag, [image.digest for image in images], connection)
    else:
        digest, pushed = images[0].digest, images[0].pushed
    return Pushed(
        connection.repository,
        tag,
        digest,
        pushed or any(image.pushed for image in images),
        compression,
        images,
    )


def _tag(image: str, repository: str, named: str | None, option: str | None) -> str:
    if named and option and named != option:
        raise SpecError(f"tag: '{option}' contradicts {repository}", mend="name it once")
    tag = named or option or tag_of_image(image)
    if tag is None:
        raise SpecError(f"tag: {image} has none", mend="--tag TAG, or REPOSITORY:TAG")
    return checked_tag(tag)


def _refuse_risks(found: tuple[LocalImage, ...], allowed: frozenset[str], console: Console) -> None:
    all_risks: list[Risk] = []
    for local in found:
        record = check_record(local.details.id)
        if record and record.left_out:
            console.warning(f"{local.name}: its check left out {', '.join(record.left_out)}, by order")
        all_risks += risks(local.name, local.details.labels, local.details.environment, record)
    take_or_refuse(all_risks, allowed, console)


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        with ended_by_signals():
            yield
    except KeyboardInterrupt:
        raise Interrupted("push interrupted: layers that arrived are not sent again next time") from None
