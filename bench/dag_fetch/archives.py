"""The bucket: each DAG folder below a prefix, and as the archive that `dags push` makes of it, with its pointer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from airflow_ecs_image.dags.archive import PackedFile, pack
from airflow_ecs_image.dags.pointer import POINTER_NAME, pointer_body
from bench.dag_fetch.ways import Sources
from bench.s3.server import BUCKET


def fill(bucket: Path, name: str, tree: Mapping[str, bytes]) -> Sources:
    """Write one DAG folder into the bucket's folder and say where it lies."""
    for path, content in tree.items():
        target = bucket / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    archive = pack(PackedFile(PurePosixPath(path), content) for path, content in tree.items())
    releases = bucket / f"{name}-archives"
    releases.mkdir()
    (releases / archive.name).write_bytes(archive.content)
    (releases / POINTER_NAME).write_bytes(pointer_body(archive.sha256))
    prefix = f"s3://{BUCKET}/{name}"
    return Sources(prefix, f"{prefix}-archives/{POINTER_NAME}", f"{prefix}-archives/{archive.name}")
