"""What a registry holds under a tag or a digest, read with buildx, which needs no running engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from airflow_ecs_image.engine.client import Engine
from airflow_ecs_image.engine.images import ImageDetails
from airflow_ecs_image.errors import AccessDenied, RegistryRefused
from airflow_ecs_image.registry.answers import failure, is_not_there
from airflow_ecs_image.registry.repository import Repository

Compression = Literal["gzip", "zstd"]

_SECONDS = 60.0


@dataclass(frozen=True)
class Manifest:
    """A manifest as the registry has it.

    `config_digest`, `layers` and `compressed_bytes` are those of one image, empty for a list; `members` are the digests
    in a list. OCI image spec, "Image Manifest" and "Image Index".
    """

    digest: str
    config_digest: str
    layers: tuple[str, ...]
    layer_types: tuple[str, ...]
    compressed_bytes: int
    members: tuple[str, ...]

    @property
    def compression(self) -> Compression | None:
        """zstd or gzip where all layers are of that kind, else None."""
        zstd = {media_type.endswith("zstd") for media_type in self.layer_types}
        if len(zstd) != 1:
            return None
        return "zstd" if zstd.pop() else "gzip"


class ManifestReader:
    """Reads manifests of one repository with the environment of its login."""

    def __init__(self, repository: Repository, environment: Mapping[str, str], engine: Engine) -> None:
        self._repository = repository
        self._environment = environment
        self._engine = engine

    def manifest(self, reference: str, tag: str) -> Manifest | None:
        """The manifest of a reference; None where there is none, or where this login may push but not read.

        `tag` is only for words of errors. Raises Transient, TokenExpired and what `failure` makes of other answers.
        """
        content = self._inspect("--raw", reference, tag)
        return manifest_of(content) if content is not None else None

    def config(self, reference: str, tag: str) -> dict[str, Any] | None:
        """The configuration of the one image that a reference names; None where it cannot be read."""
        content = self._inspect("{{json .Image}}", reference, tag)
        found = json.loads(content) if content else None
        return found if isinstance(found, dict) and "architecture" in found else None

    def _inspect(self, what: str, reference: str, tag: str) -> bytes | None:
        form = [what] if what == "--raw" else ["--format", what]
        done = self._engine.complete(
            *("buildx", "imagetools", "inspect", *form, "--", reference),
            timeout=_SECONDS,
            environment=self._environment,
        )
        if done.returncode == 0:
            return done.stdout
        stderr = done.stderr.decode(errors="replace")
        if is_not_there(stderr):
            return None
        error = failure(stderr, self._repository, tag)
        if isinstance(error, RegistryRefused | AccessDenied):
            return None
        raise error


def manifest_of(content: bytes) -> Manifest:
    """The manifest that these bytes are."""
    document = json.loads(content)
    layers = document.get("layers") or []
    return Manifest(
        digest=f"sha256:{hashlib.sha256(content).hexdigest()}",
        config_digest=(document.get("config") or {}).get("digest", ""),
        layers=tuple(layer["digest"] for layer in layers),
        layer_types=tuple(layer["mediaType"] for layer in layers),
        compressed_bytes=sum(int(layer["size"]) for layer in layers),
        members=tuple(member["digest"] for member in document.get("manifests") or ()),
    )


def is_same_image(manifest: Manifest, config: Mapping[str, Any] | None, image: ImageDetails) -> bool:
    """Whether a manifest is that image, however its layers are compressed.

    The id of an image is the digest of its configuration, or with the containerd image store that of its manifest.
    A conversion to OCI writes the configuration anew, so that its content decides there.
    """
    if image.id in (manifest.digest, manifest.config_digest):
        return True
    if config is None:
        return False
    run: Mapping[str, Any] = config.get("config") or {}
    return (
        (config.get("os"), config.get("architecture")) == (image.os, image.architecture)
        and tuple((config.get("rootfs") or {}).get("diff_ids") or ()) == image.layers
        and config.get("created") == image.created
        and dict(pair.partition("=")[::2] for pair in run.get("Env") or ()) == image.environment
        and dict(run.get("Labels") or {}) == image.labels
        and tuple(run.get("Entrypoint") or ()) == image.entrypoint
        and tuple(run.get("Cmd") or ()) == image.cmd
        and (run.get("User") or "") == image.user
        and (run.get("WorkingDir") or "") == image.working_directory
    )
