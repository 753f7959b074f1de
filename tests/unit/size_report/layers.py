"""Archives as `docker save` writes them, made by hand."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence

from airflow_ecs_image.engine.images import HistoryEntry, ImageDetails

SITE = "/home/airflow/.local/lib/python3.13/site-packages"


def layer_tar(files: Mapping[str, bytes]) -> bytes:
    """A layer that holds these files, each by its absolute path."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path.lstrip("/"))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def saved(layers: Sequence[bytes], names: Sequence[str] | None = None) -> io.BytesIO:
    """The archive of an image with these layers, in OCI's layout unless their names are given."""
    paths = names or [f"blobs/sha256/{digest(layer)}" for layer in layers]
    manifest = json.dumps([{"Config": "blobs/sha256/0", "Layers": list(paths)}]).encode()
    return io.BytesIO(
        layer_tar(
            {
                "blobs/sha256/0": b'{"config": 1}',
                **dict(zip(paths, layers, strict=True)),
                "manifest.json": manifest,
            }
        )
    )


def digest(layer: bytes) -> str:
    """The diff id of a layer, without its algorithm."""
    return hashlib.sha256(layer).hexdigest()


def installed(name: str, version: str, files: Mapping[str, bytes], site: str = SITE) -> dict[str, bytes]:
    """The files of a distribution with its RECORD; paths are relative to the folder of packages."""
    info = f"{name}-{version}.dist-info"
    rows = "".join(f'"{path}",sha256=x,{len(content)}\n' for path, content in files.items())
    return {
        **{f"{site}/{path}": content for path, content in files.items()},
        f"{site}/{info}/METADATA": f"Name: {name}\n".encode(),
        f"{site}/{info}/RECORD": (rows + f"{info}/METADATA,,\n{info}/RECORD,,\n").encode(),
    }


def details_of(count: int, instructions: Sequence[str] = (), **environment: str) -> ImageDetails:
    """An image's description with that many layers."""
    return ImageDetails(
        id="sha256:image",
        tags=("example:1",),
        digests=(),
        architecture="amd64",
        os="linux",
        environment=environment,
        labels={},
        user="50000",
        working_directory="/opt/airflow",
        entrypoint=(),
        cmd=(),
        history=tuple(HistoryEntry(line, "", 1) for line in reversed(instructions)),
        layers=tuple(f"sha256:{number}" for number in range(1, count + 1)),
        size_bytes=1,
        created="",
    )
