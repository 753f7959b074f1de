"""Two at once: nobody undoes another without a word, and no reader sees half of a push."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import PurePosixPath

import pytest

from airflow_ecs_image.dags.archive import Archive, PackedFile, pack
from airflow_ecs_image.dags.versions import archive_name
from airflow_ecs_image.errors import PointerMoved
from tests.s3.fault_proxy import FaultProxy, fault_proxy
from tests.s3.faults import HEALTHY, Answer, Fault, Request

from .conftest import POINTER, Bucket, Project


def pair(text: str) -> Archive:
    """Two files that belong together."""
    content = f"version = {text!r}\n".encode()
    return pack([PackedFile(PurePosixPath(name), content) for name in ("one.py", "two.py")])


def publish_directly(bucket: Bucket, archive: Archive) -> None:
    """What another machine does meanwhile."""
    store = bucket.store()
    seen = store.pointer()
    if not store.holds(archive):
        store.upload(archive)
    store.move_pointer(archive.sha256, archive.name, (), seen)


@contextmanager
def meanwhile(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, action: Callable[[], object]
) -> Iterator[FaultProxy]:
    """Do something once, just before the server sees the first request of that kind for that object."""
    done: list[bool] = []

    def plan(request: Request) -> Fault:
        if not done and request.kind == kind and name in request.path:
            done.append(True)
            action()
        return HEALTHY

    with fault_proxy(bucket.url, plan) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        yield proxy
        assert done, "nothing happened meanwhile"


def test_the_second_of_two_pushes_loses_and_is_told(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.push("old", bucket)
    other = pair("other")
    project.version("mine")
    with meanwhile(bucket, monkeypatch, "put", "dags-", lambda: publish_directly(bucket, other)):
        code, _, lines = project.run("push", bucket.uri)
    assert code == 19
    assert lines == [
        f"error: {bucket.uri}/{POINTER} was moved by somebody else meanwhile; it stays as they left it",
        f"  → `dags list {bucket.uri}` shows what counts now; run it again to take your turn",
    ]
    assert bucket.current() == other.sha256
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.url)
    done = project.json("push", bucket.uri)
    assert (done["uploaded"], done["moved"], done["before"]) == (False, True, other.sha256)


@pytest.mark.parametrize("first", [True, False])
def test_in_the_last_moment_s3_itself_refuses(
    aws_bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    """Between the look at the pointer and the write there is no moment for anyone else."""
    if not first:
        project.push("old", aws_bucket)
    other = pair("other")
    project.version("mine")
    with meanwhile(aws_bucket, monkeypatch, "put", POINTER, lambda: publish_directly(aws_bucket, other)):
        code, _, _ = project.run("push", aws_bucket.uri)
    assert (code, aws_bucket.current()) == (19, other.sha256)


def test_a_server_that_ignores_conditions_is_found_out_afterwards(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.push("old", bucket)
    other = pair("other")
    project.version("mine")
    reads: list[str] = []

    def plan(request: Request) -> Fault:
        if request.kind == "get" and request.path.endswith(POINTER):
            reads.append(request.path)
            if len(reads) == 3:
                bucket.put(POINTER, f"{other.sha256}  {other.name}\n".encode())
        return HEALTHY

    with fault_proxy(bucket.url, plan) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        code, _, _ = project.run("push", bucket.uri)
    assert (code, len(reads), bucket.current()) == (19, 3, other.sha256)


@pytest.mark.parametrize("verb", ["push", "rollback"])
def test_a_pointer_that_vanishes_meanwhile(
    aws_bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    project.push("older", aws_bucket)
    project.push("old", aws_bucket)
    project.version("mine")
    key = f"team/dags/{POINTER}"

    def vanish() -> None:
        aws_bucket.client.delete_object(Bucket=aws_bucket.name, Key=key)

    with meanwhile(aws_bucket, monkeypatch, "put", POINTER, vanish):
        code, _, _ = project.run(verb, aws_bucket.uri)
    assert code == 19
    assert POINTER not in aws_bucket.objects()


def test_a_write_whose_answer_got_lost_has_worked(
    aws_bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first attempt arrives, its answer does not; the second one fails on the first."""
    project.push("old", aws_bucket)
    mine = pair("mine")
    project.write(dict.fromkeys(("one.py", "two.py"), "version = 'mine'\n"))

    def first_attempt() -> None:
        aws_bucket.put(POINTER, f"{mine.sha256}  {mine.name}\n".encode())

    with meanwhile(aws_bucket, monkeypatch, "put", POINTER, first_attempt):
        done = project.json("push", aws_bucket.uri)
    assert (done["sha256"], aws_bucket.current()) == (mine.sha256, mine.sha256)


@pytest.mark.parametrize("status", [501, 405])
def test_a_server_that_refuses_conditions_gets_a_write_without(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def plan(request: Request) -> Fault:
        if request.kind == "put" and (request.header("if-match") or request.header("if-none-match")):
            return Fault(answer=Answer(status, "NotImplemented"))
        return HEALTHY

    with fault_proxy(bucket.url, plan) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        for text in ("one", "two"):
            assert project.push(text, bucket) == bucket.current()


def test_many_pushes_at_once(aws_bucket: Bucket) -> None:
    """Each is told the truth: what the pointer names is a push that was told it had worked."""
    archives = [pair(str(number)) for number in range(8)]
    together = threading.Barrier(len(archives))

    def push(archive: Archive) -> str | None:
        store = aws_bucket.store()
        seen = store.pointer()
        store.upload(archive)
        together.wait(20)
        try:
            store.move_pointer(archive.sha256, archive.name, (), seen)
        except PointerMoved as error:
            return type(error).__name__
        return None

    with ThreadPoolExecutor(len(archives)) as pool:
        ends = dict(zip((archive.sha256 for archive in archives), pool.map(push, archives), strict=True))
    assert set(ends.values()) <= {None, "PointerMoved"}
    assert ends[aws_bucket.current()] is None


def test_prune_says_when_somebody_went_back_to_what_it_deleted(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = project.push("first", bucket)
    project.push("second", bucket)
    name = archive_name(first)

    def go_back(request: Request) -> Fault:
        if request.method == "DELETE":
            bucket.put(POINTER, f"{first}  {name}\n".encode())
        return HEALTHY

    with fault_proxy(bucket.url, go_back) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        code, _, lines = project.run("prune", bucket.uri, "--keep", "1")
    assert code == 19
    assert name in lines[0]
    assert "rollback" in lines[1]


def test_a_push_that_comes_back_to_a_version_while_it_is_pruned_uploads_it_again(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = project.push("first", bucket)
    project.push("second", bucket)
    project.version("first")
    key = f"team/dags/{archive_name(first)}"

    def delete() -> None:
        bucket.client.delete_object(Bucket=bucket.name, Key=key)

    with meanwhile(bucket, monkeypatch, "put", POINTER, delete):
        done = project.json("push", bucket.uri)
    assert done["uploaded"]
    assert bucket.current() == first
    assert hashlib.sha256(bucket.objects()[archive_name(first)]).hexdigest() == first
