"""A failed fetch leaves the folder as it was, a good one leaves the new DAGs alone, whatever the folder is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.s3.fault_proxy import FaultProxy
from tests.s3.faults import TRANSIENT, Answer, Fault, always, of_kind, only
from tests.s3.rclone_server import S3Server

from .fetcher import BEFORE, SAMPLE, Fetcher, assert_fetched, assert_refused
from .places import mounted

FAILING = {
    "denied": always(Fault(answer=Answer(403, "AccessDenied"))),
    "one object denied": only(
        lambda request: request.target.endswith("/7.py"), always(Fault(answer=Answer(403, "AccessDenied")))
    ),
    **{
        name: only(lambda request: request.target.endswith("/7.py"), always(fault))
        for name, fault in TRANSIENT.items()
        if name != "reset-at-once"
    },
}


@pytest.mark.parametrize("name", FAILING)
def test_a_failed_fetch_leaves_the_folder_as_it_was(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str, name: str
) -> None:
    proxy.plan = FAILING[name]
    modes = through_proxy.target.stat().st_mode, (through_proxy.target / "first.py").stat().st_mtime_ns

    ended = through_proxy(uri, DAG_FETCH_TIMEOUT="2")

    assert ended.code in {65, 69, 75, 77}, ended
    assert through_proxy.tree == BEFORE
    assert through_proxy.leftovers == []
    assert modes == (
        through_proxy.target.stat().st_mode,
        (through_proxy.target / "first.py").stat().st_mtime_ns,
    )


def test_a_folder_that_was_not_there_is_not_there_after_a_failure(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str
) -> None:
    proxy.plan = only(of_kind("get"), always(Fault(answer=Answer(403, "AccessDenied"))))
    new = Fetcher(through_proxy.target.parent / "new", through_proxy.environment)

    assert_refused(new(uri), 77, "AccessDenied")

    assert not new.target.exists()
    assert new.leftovers == [through_proxy.target.name]


@pytest.mark.parametrize("state", ["missing", "parents missing", "empty", "full", "a link"])
def test_whatever_the_folder_was_it_holds_the_new_dags(on_rclone: Fetcher, uri: str, state: str) -> None:
    base = on_rclone.target.parent / "other"
    target = base / "a/b/dags" if state == "parents missing" else base / "dags"
    if state != "parents missing":
        base.mkdir()
    if state in {"empty", "full"}:
        target.mkdir()
    if state == "full":
        (target / "stale.py").write_text("stale")
        (target / "closed").mkdir(mode=0o500)
        (target / "closed/file").touch(mode=0o400)
    if state == "a link":
        (base / "real").mkdir()
        target.symlink_to("real")
    fetcher = Fetcher(target, on_rclone.environment)

    assert_fetched(fetcher(uri), len(SAMPLE), uri)

    assert fetcher.tree == SAMPLE
    assert fetcher.leftovers == (["real"] if state == "a link" else [])


@pytest.mark.parametrize("kind", ["tmpfs", "bind"])
def test_a_mounted_folder_is_filled_in_place(on_rclone: Fetcher, uri: str, tmp_path: Path, kind: str) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    options = ("-t", "tmpfs", "tmpfs") if kind == "tmpfs" else ("--bind", str(volume))
    with mounted(on_rclone.target, *options):
        (on_rclone.target / "old").mkdir()
        (on_rclone.target / "old/stale.py").write_text("stale")
        (on_rclone.target / "package 0").write_text("a file where a folder comes")

        assert_fetched(on_rclone(uri), len(SAMPLE), uri)

        assert on_rclone.tree == SAMPLE
        assert on_rclone.leftovers == []
    assert on_rclone.tree == BEFORE


def test_a_failure_leaves_a_mounted_folder_as_it_was(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str
) -> None:
    proxy.plan = FAILING["one object denied"]
    with mounted(through_proxy.target, "-t", "tmpfs", "tmpfs"):
        (through_proxy.target / "old.py").write_text("old")

        assert_refused(through_proxy(uri), 77, "AccessDenied")

        assert through_proxy.tree == {"old.py": b"old"}
    assert through_proxy.leftovers == []


def test_a_full_disk_is_named_and_leaves_the_folder_as_it_was(
    on_rclone: Fetcher, rclone: S3Server, bucket: str
) -> None:
    rclone.fill(bucket, {f"dags/{number}.bin": bytes(300_000) for number in range(10)})
    with mounted(on_rclone.target, "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
        (on_rclone.target / "old.py").write_text("old")

        ended = on_rclone(f"s3://{bucket}/dags")

        assert_refused(
            ended, 74, f"no space is left for the DAG folder {on_rclone.target}; .*storage|No space left"
        )
        assert on_rclone.tree == {"old.py": b"old"}


def test_a_disk_without_room_for_names_is_full_too(on_rclone: Fetcher, uri: str) -> None:
    with mounted(on_rclone.target, "-t", "tmpfs", "-o", "nr_inodes=20", "tmpfs"):
        assert_refused(on_rclone(uri), 74, "No space left")
        assert on_rclone.tree == {}


@pytest.mark.parametrize("what", ["the folder", "the file system"])
def test_a_read_only_mount_is_named(on_rclone: Fetcher, uri: str, what: str) -> None:
    where = on_rclone.target if what == "the folder" else on_rclone.target.parent
    with mounted(where, "--bind", "-o", "ro", str(where)):
        assert_refused(
            on_rclone(uri), 73, f"cannot write the DAG folder {on_rclone.target}: Read-only file system"
        )
        assert on_rclone.tree == BEFORE
