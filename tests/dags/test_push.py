"""A push: what is in the bucket afterwards, in which order it came there, and what a second push does."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.s3.fault_proxy import fault_proxy
from tests.s3.faults import HEALTHY, Answer, Damage, Fault, Request, of_kind, only

from .conftest import POINTER, Bucket, Project


def test_the_bucket_holds_the_archive_and_the_pointer(
    bucket: Bucket, project: Project, tmp_path: Path
) -> None:
    done = project.json("push", bucket.uri)
    found = bucket.objects()
    name = f"dags-{done['sha256']}.tar.gz"
    assert found.keys() == {name, POINTER}
    assert found[POINTER] == f"{done['sha256']}  {name}\n".encode()
    assert hashlib.sha256(found[name]).hexdigest() == done["sha256"]
    with tarfile.open(fileobj=io.BytesIO(found[name])) as tar:
        assert tar.getnames() == ["one.py", "two.py"]
    assert done == {
        "location": bucket.uri, "archive": f"{bucket.uri}/{name}", "pointer": f"{bucket.uri}/{POINTER}",
        "name": name, "sha256": done["sha256"], "bytes": len(found[name]), "files": 2, "left_out": 0,
        "unpacked_bytes": 28, "uploaded": True, "moved": True, "before": None, "deleted": [],
    }  # fmt: skip
    for key, content in found.items():
        (tmp_path / key).write_bytes(content)
    subprocess.run(["sha256sum", "--check", "--strict", POINTER], cwd=tmp_path, check=True)


def test_what_is_uploaded_says_what_it_is(aws_bucket: Bucket, project: Project) -> None:
    name = project.json("push", aws_bucket.uri)["name"]
    kinds = {
        key: aws_bucket.client.head_object(Bucket=aws_bucket.name, Key=f"team/dags/{key}")["ContentType"]
        for key in (name, POINTER)
    }
    assert kinds == {name: "application/gzip", POINTER: "text/plain"}


def test_what_people_read(bucket: Bucket, project: Project) -> None:
    code, out, lines = project.run("push", bucket.uri)
    sha256 = bucket.current()
    assert (code, lines) == (0, [])
    shown = out.splitlines()
    assert shown[0] == "DAG files: 2 from dags"
    assert [line for line in shown if line.startswith("✓")] == [
        line
        for line in shown
        if any(word in line for word in ("Pack ", f"Upload dags-{sha256}", "Move ")) and line.startswith("✓")
    ]
    assert shown[-2:] == [
        f"S3_URI={bucket.uri}/{POINTER} is this version now",
        f"S3_URI={bucket.uri}/dags-{sha256}.tar.gz stays this version",
    ]


def test_a_bucket_without_a_prefix(bucket: Bucket, project: Project) -> None:
    root = f"s3://{bucket.name}"
    sha256 = project.json("push", f"{root}/")["sha256"]
    assert bucket.objects().keys() == {f"dags-{sha256}.tar.gz", POINTER}
    assert project.json("list", root)["current"] == sha256


def requests_of(bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a push asks for, by method and name of the object."""
    with fault_proxy(bucket.url) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        project.json("push", bucket.uri)
        return [f"{request.method} {request.path.rpartition('/')[2]}" for request in proxy.requests]


def test_the_pointer_comes_last_and_a_second_push_uploads_nothing(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = requests_of(bucket, project, monkeypatch)
    name = f"dags-{bucket.current()}.tar.gz"
    assert [request for request in first if request.startswith("PUT")] == [f"PUT {name}", f"PUT {POINTER}"]
    assert first.index(f"PUT {name}") < first.index(f"HEAD {name}", first.index(f"PUT {name}"))
    assert f"HEAD {name}" in first[first.index(f"PUT {name}") : first.index(f"PUT {POINTER}")]
    before = bucket.objects()
    second = requests_of(bucket, project, monkeypatch)
    assert not [request for request in second if request.startswith("PUT")]
    assert bucket.objects() == before


def test_an_archive_that_is_there_is_not_uploaded_again(bucket: Bucket, project: Project) -> None:
    first = project.push("first", bucket)
    project.push("second", bucket)
    project.version("first")
    done = project.json("push", bucket.uri)
    assert (done["sha256"], done["uploaded"], done["moved"]) == (first, False, True)
    assert bucket.current() == first


@pytest.mark.parametrize("damage", [b"x", b"", None])
def test_a_damaged_archive_of_that_name_is_mended(
    bucket: Bucket, project: Project, damage: bytes | None
) -> None:
    sha256 = project.push("first", bucket)
    name = f"dags-{sha256}.tar.gz"
    right = bucket.objects()[name]
    bucket.put(name, right[:-1] + b"\x01" if damage is None else damage)
    assert project.json("push", bucket.uri)["uploaded"]
    assert bucket.objects()[name] == right


SERVER_FAILS = {
    "archive refused": ("dags-", Fault(answer=Answer(500, "InternalError"))),
    "archive reset": ("dags-", Fault(damage=Damage("reset-at-once"))),
    "pointer refused": (POINTER, Fault(answer=Answer(503, "SlowDown"))),
    "pointer reset": (POINTER, Fault(damage=Damage("reset-at-once"))),
}


@pytest.mark.parametrize("name", SERVER_FAILS)
def test_a_push_that_fails_half_way_leaves_the_old_version(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    old = project.push("old", bucket)
    project.version("new")
    object_name, fault = SERVER_FAILS[name]

    def on_put(request: Request) -> bool:
        return request.kind == "put" and f"/{object_name}" in request.path

    with fault_proxy(bucket.url, only(on_put, lambda _: fault)) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        code, _, lines = project.run("push", bucket.uri)
    assert code == 20, lines
    assert [line for line in lines if line.startswith("error: ")] == [
        line for line in lines if "error" in line
    ]
    assert bucket.current() == old
    assert hashlib.sha256(bucket.objects()[f"dags-{old}.tar.gz"]).hexdigest() == old
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.url)
    assert project.json("push", bucket.uri)["moved"]


def test_a_fault_that_passes_is_not_noticed(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def once(request: Request) -> Fault:
        return Fault(answer=Answer(503, "SlowDown")) if request.attempt == 1 else HEALTHY

    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    with fault_proxy(bucket.url, only(of_kind("put"), once)) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        done = project.json("push", bucket.uri)
    assert bucket.current() == done["sha256"]


def test_an_upload_that_arrives_damaged_does_not_become_current(
    aws_bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moto does not look at the checksum, so that only the look afterwards can tell."""
    old = project.push("old", aws_bucket)
    project.version("new")

    def spoil(request: Request) -> Fault:
        if request.kind == "head" and request.attempt == 2:
            aws_bucket.put(request.path.rpartition("/")[2], b"something else")
        return HEALTHY

    with fault_proxy(aws_bucket.url, spoil) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        code, _, lines = project.run("push", aws_bucket.uri)
    assert (code, aws_bucket.current()) == (20, old)
    assert "what S3 holds is not what was sent" in lines[0]


def test_old_versions_go_when_asked(bucket: Bucket, project: Project) -> None:
    bucket.put("README.md", b"somebody's")
    hashes = [project.push(str(number), bucket) for number in range(4)]
    project.version("last")
    done = project.json("push", bucket.uri, "--keep", "2")
    assert sorted(done["deleted"]) == sorted(f"dags-{sha256}.tar.gz" for sha256 in hashes[:3])
    assert bucket.objects().keys() == {
        "README.md", POINTER, f"dags-{hashes[3]}.tar.gz", done["name"],
    }  # fmt: skip


def test_the_version_that_counted_until_now_stays_for_containers_that_just_read_the_pointer(
    bucket: Bucket, project: Project
) -> None:
    hashes = [project.push(str(number), bucket) for number in range(3)]
    project.json("rollback", bucket.uri, hashes[0])
    new = project.push("new", bucket, "--keep", "2")
    assert bucket.objects().keys() == {POINTER, f"dags-{hashes[0]}.tar.gz", f"dags-{new}.tar.gz"}
