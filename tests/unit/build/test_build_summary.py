"""The summary of a build: a table for people, and the same as JSON."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from airflow_ecs_image.bases import ResolvedBase
from airflow_ecs_image.build.summary import BuiltImage, show_summary
from airflow_ecs_image.console import Console
from airflow_ecs_image.spec import ImageSpec

IMAGE = BuiltImage(
    tag="worker:1",
    image_id=f"sha256:{'0f' * 32}",
    platform="linux/amd64",
    base=ResolvedBase(kind="official", reference="a:1@sha256:0", name="a:1", digest="sha256:0"),
    dag_files=3,
    dag_files_left_out=2,
    unpacked_bytes=374_400_000,
    compressed_bytes=119_600_000,
    seconds=12.345,
    steps=20,
    steps_cached=18,
)


def shown(*images: BuiltImage, spec: ImageSpec | None = None) -> str:
    stream = io.StringIO()
    show_summary(images, spec or ImageSpec(), Console(stream=stream))
    return stream.getvalue()


def test_the_json_says_everything_in_plain_units() -> None:
    spec = ImageSpec()
    assert IMAGE.as_json(spec) == {
        "tag": "worker:1",
        "digest": f"sha256:{'0f' * 32}",
        "platform": "linux/amd64",
        "airflow_version": spec.airflow_version,
        "python_version": spec.python_version,
        "executor_package_version": spec.executor_package_version,
        "base": "official",
        "base_reference": "a:1@sha256:0",
        "base_fallback": False,
        "dag_source": "local",
        "dag_files": 3,
        "dag_files_left_out": 2,
        "compressed_bytes": 119_600_000,
        "unpacked_bytes": 374_400_000,
        "seconds": 12.35,
        "steps": 20,
        "steps_cached": 18,
    }
    assert json.loads(json.dumps(IMAGE.as_json(spec))) == IMAGE.as_json(spec)


def test_the_table_names_tag_digest_versions_sizes_and_cache_hits() -> None:
    spec = ImageSpec()
    text = shown(IMAGE)
    for part in (
        "worker:1", f"sha256:{'0f' * 32}", "linux/amd64", spec.airflow_version, spec.python_version,
        spec.executor_package_version, "official", "3 files", "120 MB", "374 MB", "12.3 s, 18 of 20 steps cached",
    ):  # fmt: skip
        assert part in text, part


def test_the_table_says_where_the_dags_come_from() -> None:
    assert "archive" in shown(IMAGE, spec=ImageSpec(s3_uri="s3://bucket/dags.tgz"))
    assert "3 files" not in shown(IMAGE, spec=ImageSpec(dag_source="none"))
    spec = ImageSpec(dag_bundle="s3://bucket/dags", dag_bundle_name="team")
    assert "s3://bucket/dags as bundle team" in shown(IMAGE, spec=spec)


def test_a_fallback_and_a_size_that_is_not_known_are_said() -> None:
    base = replace(IMAGE.base, kind="source", fallback=True)
    text = shown(replace(IMAGE, base=base, compressed_bytes=None))
    assert "source (no registry answered)" in text
    assert "not measured" in text


def test_several_platforms_stand_side_by_side() -> None:
    other = replace(IMAGE, tag="worker:1-arm64", platform="linux/arm64", seconds=99.0)
    text = shown(IMAGE, other)
    lines = [line for line in text.splitlines() if "platform" in line]
    assert len(lines) == 1
    assert "linux/amd64" in lines[0]
    assert "linux/arm64" in lines[0]
    assert "99.0 s" in text
