"""What a finished build says: one short table, and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airflow_ecs_image.bases import ResolvedBase
from airflow_ecs_image.console import Console
from airflow_ecs_image.spec import ImageSpec

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class BuiltImage:
    """One built image; sizes are in bytes, compressed as gzip would be."""

    tag: str
    image_id: str
    platform: str
    base: ResolvedBase
    dag_files: int
    dag_files_left_out: int
    unpacked_bytes: int
    compressed_bytes: int | None
    seconds: float
    steps: int
    steps_cached: int

    def as_json(self, spec: ImageSpec) -> dict[str, object]:
        """The image as one JSON object."""
        return {
            "tag": self.tag,
            "digest": self.image_id,
            "platform": self.platform,
            "airflow_version": spec.airflow_version,
            "python_version": spec.python_version,
            "executor_package_version": spec.executor_package_version,
            "base": self.base.kind,
            "base_reference": self.base.reference,
            "base_fallback": self.base.fallback,
            "dag_source": spec.dag_source,
            "dag_files": self.dag_files,
            "dag_files_left_out": self.dag_files_left_out,
            "compressed_bytes": self.compressed_bytes,
            "unpacked_bytes": self.unpacked_bytes,
            "seconds": round(self.seconds, 2),
            "steps": self.steps,
            "steps_cached": self.steps_cached,
        }


def show_summary(built: Sequence[BuiltImage], spec: ImageSpec, console: Console) -> None:
    """The table for people: one row a fact, one column an image."""
    dags = _files(built[0].dag_files) if spec.dag_source == "local" else spec.dag_source
    if spec.dag_bundle is not None:
        dags = f"{spec.dag_bundle} as bundle {spec.dag_bundle_name}"
    rows: list[tuple[str, Sequence[object]]] = [
        ("tag", [image.tag for image in built]),
        ("digest", [image.image_id for image in built]),
        ("platform", [image.platform for image in built]),
        ("Airflow", [spec.airflow_version for _ in built]),
        ("Python", [spec.python_version for _ in built]),
        ("executor package", [spec.executor_package_version for _ in built]),
        ("base", [_base(image) for image in built]),
        ("DAGs", [dags for _ in built]),
        ("compressed", [_size(image.compressed_bytes) for image in built]),
        ("unpacked", [_size(image.unpacked_bytes) for image in built]),
        (
            "build",
            [f"{image.seconds:.1f} s, {image.steps_cached} of {image.steps} steps cached" for image in built],
        ),
    ]
    columns = ("image", *("" for _ in built))
    console.table("", columns, [(name, *values) for name, values in rows])


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _base(image: BuiltImage) -> str:
    return f"{image.base.kind} (no registry answered)" if image.base.fallback else image.base.kind


def _size(size: int | None) -> str:
    return "not measured" if size is None else f"{size / _MEGABYTE:.0f} MB"
