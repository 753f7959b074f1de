"""Where versions are: s3://bucket/prefix and nothing else."""

from __future__ import annotations

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.dags.location import Location, location
from airflow_ecs_image.dags.sizes import spoken_bytes


@pytest.mark.parametrize(
    ("text", "place", "uri", "key"),
    [
        ("s3://bucket", Location("bucket", ""), "s3://bucket", "x"),
        ("s3://bucket/", Location("bucket", ""), "s3://bucket", "x"),
        ("s3://bucket/a/b", Location("bucket", "a/b"), "s3://bucket/a/b", "a/b/x"),
        ("s3://bucket/a/b/", Location("bucket", "a/b"), "s3://bucket/a/b", "a/b/x"),
    ],
)
def test_a_location(text: str, place: Location, uri: str, key: str) -> None:
    assert location(text) == place
    assert (place.uri(), place.key("x"), place.uri("x")) == (uri, key, f"s3://bucket/{key}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bucket/dags", "does not start with s3://"),
        ("s3://", "the bucket is missing"),
        ("s3://b", "3 to 63 characters"),
        ("s3://bucket/a//b", "an empty part"),
        ("s3://bucket/a b", "a space"),
        ("s3://bucket/latest.sha256", "it names an object"),
        ("s3://bucket/dags.tar.gz", "it names an object"),
    ],
)
@pytest.mark.parametrize("verb", ["push", "list", "prune --keep 2", "rollback"])
def test_a_wrong_one_is_refused_before_anything_else(
    capsys: pytest.CaptureFixture[str], verb: str, text: str, reason: str
) -> None:
    name, *options = verb.split()
    assert run(["dags", name, text, *options]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"error: LOCATION: '{text}' — ")
    assert reason in lines[0]
    assert "allowed: s3://bucket or s3://bucket/prefix" in lines[0]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_345, "12.3 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
     (5_978_228, "6.0 MB"), (1 << 30, "1.1 GB")],
)  # fmt: skip
def test_sizes_as_people_read_them(count: int, text: str) -> None:
    assert spoken_bytes(count) == text
