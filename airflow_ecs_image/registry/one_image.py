"""One image to one tag: not at all where it is there already, else by docker or by skopeo, and read back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.dags.sizes import spoken_bytes
from airflow_ecs_image.errors import RegistryUnavailable, TagTaken, ToolkitError
from airflow_ecs_image.registry.answers import tag_taken
from airflow_ecs_image.registry.connection import Connection
from airflow_ecs_image.registry.docker_push import named, push_with_docker
from airflow_ecs_image.registry.local_images import LocalImage
from airflow_ecs_image.registry.manifests import Compression, Manifest, is_same_image
from airflow_ecs_image.registry.repository import Repository
from airflow_ecs_image.registry.skopeo import compress_layers, push_with_skopeo
from airflow_ecs_image.registry.transfer import Transfer


@dataclass(frozen=True)
class PushedImage:
    """An image in the registry; `layers` and `compressed_bytes` are None where this login may push but not read."""

    platform: str
    tag: str
    digest: str
    pushed: bool
    layers: int | None
    compressed_bytes: int | None

    def as_json(self, repository: Repository) -> dict[str, object]:
        """A document of JSON types."""
        return {
            "platform": self.platform,
            "tag": self.tag,
            "digest": self.digest,
            "reference": repository.at(self.digest),
            "pushed": self.pushed,
            "layers": self.layers,
            "bytes": self.compressed_bytes,
        }


def push_image(
    local: LocalImage, tag: str, compression: Compression, level: int, connection: Connection, folder: Path
) -> PushedImage:
    """Push one image; `level` is that of zstd, `folder` for temporary files. Raises what `push` raises."""
    console = connection.console
    reference = connection.repository.tagged(tag)
    with console.step(f"Push {reference} ({local.details.platform})") as step:
        step.update("asking what is there")
        there = _found(connection, local, tag, compression)
        if there is not None:
            step.skip("there already")
            return _pushed(local, tag, there.digest, there, pushed=False)
        try:
            if compression == "zstd":
                layout = compress_layers(
                    local.details.id, folder / (local.suffix or "image"), connection.engine, step, level
                )
                transfer = connection.attempt(
                    lambda: push_with_skopeo(
                        layout, connection.repository, tag, connection.login, connection.engine, step
                    )
                )
            else:
                with named(local.details.id, reference, connection.engine):
                    transfer = connection.attempt(
                        lambda: push_with_docker(
                            connection.repository, tag, connection.login, connection.engine, step, console
                        )
                    )
        except TagTaken:
            # Somebody else may have pushed the same meanwhile; ECR refuses even that.
            there = _found(connection, local, tag, compression)
            if there is None:
                raise
            step.skip("there already")
            return _pushed(local, tag, there.digest, there, pushed=False)
        step.update("reading it back")
        arrived = _arrived(connection, tag, transfer.digest, compression)
    _say(connection, transfer, arrived, compression)
    return _pushed(local, tag, transfer.digest, arrived, pushed=True)


def _found(connection: Connection, local: LocalImage, tag: str, compression: Compression) -> Manifest | None:
    """The manifest under the tag where it is this image already. Raises TagTaken where it is another that cannot move."""
    reference = connection.repository.tagged(tag)
    reader = connection.manifests
    manifest = connection.attempt(lambda: reader.manifest(reference, tag))
    if manifest is None:
        return None
    config = None
    if local.details.id not in (manifest.digest, manifest.config_digest) and not manifest.members:
        config = connection.attempt(lambda: reader.config(reference, tag))
    same = is_same_image(manifest, config, local.details)
    if same and manifest.compression in (compression, None):
        return manifest
    if connection.immutable:
        raise tag_taken(connection.repository, tag)
    return None


def _arrived(connection: Connection, tag: str, digest: str, compression: Compression) -> Manifest | None:
    """What the registry has under the digest. Raises RegistryUnavailable where that is not what was sent."""
    reference = connection.repository.at(digest)
    reader = connection.manifests
    manifest = connection.attempt(lambda: reader.manifest(reference, tag))
    if manifest is None:
        return None
    if manifest.digest != digest:
        raise RegistryUnavailable(
            f"{reference}: the registry answers with another manifest", mend="run it again"
        )
    if manifest.compression not in (compression, None):
        raise ToolkitError(
            f"{reference}: not all of its layers are {compression}: the repository had some, and skopeo took those",
            mend="push to a repository without them, or use skopeo 1.6 or newer",
        )
    return manifest


def _pushed(
    local: LocalImage, tag: str, digest: str, manifest: Manifest | None, *, pushed: bool
) -> PushedImage:
    return PushedImage(
        local.details.platform,
        tag,
        digest,
        pushed,
        len(manifest.layers) if manifest else None,
        manifest.compressed_bytes if manifest else None,
    )


def _say(
    connection: Connection, transfer: Transfer, arrived: Manifest | None, compression: Compression
) -> None:
    if arrived is None:
        connection.console.note("this login may push and not read: what arrived was not looked at")
        return
    there = f", {transfer.already_there} of them there before" if transfer.already_there else ""
    connection.console.text(
        f"{len(arrived.layers)} layer{'s' * (len(arrived.layers) != 1)}, {spoken_bytes(arrived.compressed_bytes)} by {compression}{there}"
    )
