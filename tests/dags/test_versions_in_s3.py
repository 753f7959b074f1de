"""`list`, `prune` and `rollback`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import pytest

from airflow_ecs_image.dags.archive import PackedFile, pack
from airflow_ecs_image.dags.location import location
from airflow_ecs_image.dags.store import open_store

from .conftest import POINTER, Bucket, Project


def test_list_shows_every_version_and_the_current_one(bucket: Bucket, project: Project) -> None:
    bucket.put("notes.txt", b"")
    bucket.put("dags-of-others.tar.gz", b"")
    bucket.put(f"archive/dags-{'0' * 64}.tar.gz", b"")
    first, second = project.push("first", bucket), project.push("second", bucket)
    project.json("rollback", bucket.uri, first)
    found = project.json("list", bucket.uri)
    assert (found["location"], found["pointer"], found["current"]) == (
        bucket.uri, f"{bucket.uri}/{POINTER}", first,
    )  # fmt: skip
    by_hash = {version["sha256"]: version for version in found["versions"]}
    assert by_hash.keys() == {first, second}
    assert [by_hash[first]["current"], by_hash[second]["current"]] == [True, False]
    for version in found["versions"]:
        assert version["bytes"] == len(bucket.objects()[version["name"]])
        uploaded = datetime.fromisoformat(version["uploaded"])
        assert abs(datetime.now(UTC) - uploaded) < timedelta(minutes=5)


def test_the_table(bucket: Bucket, project: Project) -> None:
    sha256 = project.push("first", bucket)
    code, out, lines = project.run("list", bucket.uri)
    assert (code, lines) == (0, [])
    rows = [line.split() for line in out.splitlines() if line.strip()]
    assert rows[0] == [bucket.uri]
    assert rows[1] == ["version", "size", "uploaded", "(UTC)"]
    assert (rows[3][0], rows[3][-1]) == (sha256[:12], "current")


def test_an_empty_prefix(bucket: Bucket, project: Project) -> None:
    code, out, _ = project.run("list", bucket.uri)
    assert code == 0
    assert f"{bucket.uri} holds no version" in out
    assert project.json("list", bucket.uri)["versions"] == []


@pytest.mark.parametrize("body", [b"no pointer", f"{'0' * 64}  dags-{'0' * 64}.tar.gz\n".encode()])
def test_a_pointer_that_leads_nowhere_is_said(bucket: Bucket, project: Project, body: bytes) -> None:
    project.push("first", bucket)
    bucket.put(POINTER, body)
    code, out, _ = project.run("list", bucket.uri)
    assert code == 0
    assert "warning: " in out
    assert "a container that reads it will not start" in out


def test_more_versions_than_one_answer_holds(aws_bucket: Bucket) -> None:
    names = [f"dags-{number:064x}.tar.gz" for number in range(1005)]
    for name in names:
        aws_bucket.put(name, b"")
    found = open_store(location(aws_bucket.uri)).versions()
    assert sorted(version.name for version in found) == names


def test_prune_keeps_the_newest_and_the_current_one(bucket: Bucket, project: Project) -> None:
    hashes = [project.push(str(number), bucket) for number in range(4)]
    bucket.put("notes.txt", b"")
    project.json("rollback", bucket.uri, hashes[0])
    done = project.json("prune", bucket.uri, "--keep", "1")
    assert sorted(done["deleted"]) == sorted(f"dags-{sha256}.tar.gz" for sha256 in hashes[1:])
    assert done["left"] == 1
    assert bucket.objects().keys() == {POINTER, "notes.txt", f"dags-{hashes[0]}.tar.gz"}
    code, out, _ = project.run("prune", bucket.uri, "--keep", "1")
    assert (code, out) == (0, f"0 deleted, 1 left in {bucket.uri}\n")


def test_prune_deletes_nothing_when_it_cannot_tell_which_is_current(bucket: Bucket, project: Project) -> None:
    for number in range(3):
        project.push(str(number), bucket)
    bucket.put(POINTER, b"damaged")
    before = bucket.objects()
    code, _, lines = project.run("prune", bucket.uri, "--keep", "1")
    assert code == 18
    assert "does not name an archive" in lines[0]
    assert bucket.objects() == before


def test_prune_without_a_pointer_keeps_the_newest(bucket: Bucket, project: Project) -> None:
    store = bucket.store()
    for number in range(3):
        store.upload(pack([PackedFile(path, b"%d" % number) for path in [PurePosixPath("a.py")]]))
    assert len(project.json("prune", bucket.uri, "--keep", "2")["deleted"]) == 1


def test_back_and_further_back(bucket: Bucket, project: Project) -> None:
    first, second, third = (project.push(str(number), bucket) for number in range(3))
    done = project.json("rollback", bucket.uri)
    assert done == {
        "location": bucket.uri, "pointer": f"{bucket.uri}/{POINTER}", "current": second, "before": third,
        "moved": True,
    }  # fmt: skip
    assert bucket.objects()[POINTER] == f"{second}  dags-{second}.tar.gz\n".encode()
    assert project.json("rollback", bucket.uri)["current"] == first
    code, _, lines = project.run("rollback", bucket.uri)
    assert code == 18
    assert "no version from before the current one" in lines[0]
    assert bucket.current() == first
    assert {version["sha256"] for version in project.json("list", bucket.uri)["versions"]} == {
        first, second, third,
    }  # fmt: skip


def test_back_is_what_counted_before_and_not_what_was_uploaded_before(
    bucket: Bucket, project: Project
) -> None:
    good = project.push("good", bucket)
    project.push("broken", bucket)
    project.push("good", bucket)
    project.push("broken again", bucket)
    assert project.json("rollback", bucket.uri)["current"] == good


def test_back_to_a_version_by_its_name(bucket: Bucket, project: Project) -> None:
    first, second = project.push("first", bucket), project.push("second", bucket)
    code, out, _ = project.run("rollback", bucket.uri, first[:8])
    assert code == 0
    assert out.splitlines()[-1] == f"S3_URI={bucket.uri}/{POINTER} is {first[:12]} now, was {second[:12]}"
    code, out, _ = project.run("rollback", bucket.uri, first)
    assert (code, out) == (0, f"S3_URI={bucket.uri}/{POINTER} is {first[:12]} already\n")
    assert project.json("rollback", bucket.uri, f"dags-{second}.tar.gz")["current"] == second


def test_back_to_what_is_not_there(bucket: Bucket, project: Project) -> None:
    first = project.push("first", bucket)
    code, _, lines = project.run("rollback", bucket.uri, "0123456789")
    assert code == 18
    assert lines[0] == f"error: 0123456789: no such version in {bucket.uri}"
    assert bucket.current() == first


def test_back_from_nothing(bucket: Bucket, project: Project) -> None:
    code, _, lines = project.run("rollback", bucket.uri)
    assert code == 18
    assert f"has no {POINTER}" in lines[0]


def test_back_mends_a_damaged_pointer(bucket: Bucket, project: Project) -> None:
    first = project.push("first", bucket)
    bucket.put(POINTER, b"damaged")
    assert project.run("rollback", bucket.uri)[0] == 18
    assert project.json("rollback", bucket.uri, first)["current"] == first
    assert bucket.current() == first
