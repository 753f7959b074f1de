"""Killed, stopped or started side by side at any moment: the folder holds the old DAGs or the new ones, whole."""

from __future__ import annotations

import ctypes
import os
import platform
import random
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from tests.s3.fault_proxy import FaultProxy
from tests.s3.faults import Answer, Fault, always, healthy, of_kind, only
from tests.s3.rclone_server import S3Server
from tests.waiting import until

from .archives import packed
from .fetcher import BEFORE, SAMPLE, Ended, Fetcher, assert_fetched, assert_refused, finish, together
from .places import mounted, mounted_nowhere, restore, visible


def duration(fetcher: Fetcher, uri: str) -> float:
    """How long a whole fetch takes here, at most."""
    return max(fetcher(uri).seconds for _ in range(3))


@pytest.mark.slow
@pytest.mark.parametrize("mount", [False, True], ids=["folder", "mount"])
def test_killed_at_any_moment_it_leaves_the_old_or_the_new_whole(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str, mount: bool
) -> None:
    proxy.plan = always(Fault(delay=0.01))
    dice = random.Random(7)
    place = through_proxy.target
    with mounted(place, "-t", "tmpfs", "tmpfs") if mount else mounted_nowhere():
        longest = duration(through_proxy, uri)
        seen = set()
        for _ in range(40):
            restore(place)
            with through_proxy.start(uri) as process:
                time.sleep(dice.random() * longest)
                process.kill()
            # What a killed fetch leaves beside the DAGs has names of its own, which Airflow passes over.
            tree = visible(through_proxy)
            seen.add(tree == SAMPLE)
            # Entry by entry is how a mount is filled: there the next start has to mend what this one left.
            assert tree in (BEFORE, SAMPLE) or mount, sorted(tree)
            assert_fetched(through_proxy(uri), len(SAMPLE), uri)
            assert through_proxy.tree == SAMPLE
    assert False in seen


@pytest.mark.slow
def test_a_signal_at_any_moment_leaves_nothing_behind(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str
) -> None:
    proxy.plan = always(Fault(delay=0.01))
    dice = random.Random(11)
    longest = duration(through_proxy, uri)
    codes = set()
    for _ in range(40):
        restore(through_proxy.target)
        with through_proxy.start(uri) as process:
            time.sleep(dice.random() * longest)
            process.terminate()
            began = time.monotonic()
            ended = finish(process, began)
        codes.add(ended.code)
        # -15: it came before the program could listen. Under dumb-init that is 143 as well.
        assert ended.code in {0, 143, -15}, ended
        assert ended.seconds < 2
        assert ended.stderr.count("\n") == (ended.code == 143), ended
        assert through_proxy.leftovers == []
        assert through_proxy.tree == SAMPLE if ended.code == 0 else through_proxy.tree in (BEFORE, SAMPLE)
    assert 143 in codes


def test_a_start_that_was_killed_long_ago_is_cleaned_up(on_rclone: Fetcher, uri: str) -> None:
    old, young = (on_rclone.target.parent / f".dags.fetching-{name}" for name in ("1-aa", "2-bb"))
    for folder in (old, young):
        (folder / "sub").mkdir(parents=True)
        (folder / "sub/a.py").touch()
    os.utime(old, (time.time() - 86_400,) * 2)

    assert_fetched(on_rclone(uri), len(SAMPLE), uri)

    # The young one may belong to a fetch that still runs.
    assert on_rclone.leftovers == [young.name]


def test_several_fetches_into_one_folder_end_with_one_whole_tree(
    on_rclone: Fetcher, rclone: S3Server, uri: str, bucket: str
) -> None:
    other = {f"other {number}.py": b"other" for number in range(20)}
    rclone.fill(bucket, {f"other/{name}": content for name, content in other.items()})
    starts = [partial(on_rclone.start, where) for where in [uri, f"s3://{bucket}/other"] * 8]

    results: list[Ended] = together(starts, at_once=16)

    assert {ended.code for ended in results} == {0}, results
    assert on_rclone.tree in (SAMPLE, other)
    assert on_rclone.leftovers == []


def test_a_reader_never_sees_a_mixture(
    through_proxy: Fetcher, rclone: S3Server, uri: str, bucket: str
) -> None:
    old, new = ({f"{name} {number}.py": b"" for number in range(300)} for name in ("old", "new"))
    rclone.fill(bucket, {f"new/{name}": content for name, content in new.items()})
    restore(through_proxy.target, old)
    seen = set()
    with through_proxy.start(f"s3://{bucket}/new") as process:
        while process.poll() is None:
            seen.add(frozenset(path.name for path in through_proxy.target.iterdir()))
        finish(process, 0)

    # Who has opened the old folder sees it while it is removed; nobody sees old beside new, or only some of the new.
    assert frozenset(old) in seen
    for names in seen - {frozenset(new)}:
        assert names <= frozenset(old)
    assert through_proxy.tree == new


@pytest.mark.slow
def test_a_mount_that_was_half_filled_is_mended_by_the_next_start(
    through_proxy: Fetcher, proxy: FaultProxy, rclone: S3Server, bucket: str
) -> None:
    old, new = ({f"{name} {number}.py": name.encode() for number in range(2000)} for name in ("old", "new"))
    rclone.fill(bucket, {"new.tar": packed(*new.items(), mode="w")})
    uri, place, dice = f"s3://{bucket}/new.tar", through_proxy.target, random.Random(5)
    halves = 0
    with mounted(place, "-t", "tmpfs", "tmpfs"):
        for _ in range(8):
            restore(place, old)
            with through_proxy.start(uri) as process:
                while process.poll() is None and (place / f"old {dice.randrange(2000)}.py").exists():
                    pass
                time.sleep(dice.random() * 0.02)
                process.kill()
            halves += visible(through_proxy) not in (old, new)

            # Even one that fails itself.
            proxy.plan = always(Fault(answer=Answer(403, "AccessDenied")))
            assert_refused(through_proxy(uri), 77, "AccessDenied")
            proxy.plan = healthy
            assert visible(through_proxy) in (old, new)

            assert_fetched(through_proxy(uri), len(new), uri)
            assert through_proxy.tree == new
    assert halves, "no kill came between two moves"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("kind", ["list", "get"])
def test_a_signal_ends_it_within_a_second(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str, kind: str, stop: signal.Signals
) -> None:
    proxy.plan = only(of_kind(kind), always(Fault(never_answers=True)))
    with through_proxy.start(uri) as process:
        until(lambda: bool(proxy.counts[kind]), "the request is on its way", seconds=20)
        process.send_signal(stop)
        # A second is what was promised; twice as much on a machine that does other things.
        stdout, stderr = process.communicate(timeout=2)

    assert (process.returncode, stdout) == (143, "")
    assert stderr.startswith("fetch-dags: the container was stopped")
    assert stderr.count("\n") == 1
    assert through_proxy.tree == BEFORE
    assert through_proxy.leftovers == []


def test_a_signal_that_another_thread_is_given_ends_it_as_well(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str
) -> None:
    proxy.plan = only(of_kind("get"), always(Fault(never_answers=True)))
    with through_proxy.start(uri) as process:
        until(lambda: bool(proxy.counts["get"]), "the request is on its way", seconds=20)
        others = {int(path.name) for path in Path(f"/proc/{process.pid}/task").iterdir()} - {process.pid}
        # tgkill, which Python does not offer for other processes.
        number = {"x86_64": 234, "aarch64": 131}[platform.machine()]
        assert ctypes.CDLL(None).syscall(number, process.pid, min(others), signal.SIGTERM) == 0
        process.communicate(timeout=2)

    assert process.returncode == 143
    assert through_proxy.leftovers == []
