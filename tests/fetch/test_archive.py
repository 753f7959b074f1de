"""One packed object, by its name or by a pointer: what is in it, whole and verified."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.s3.fault_proxy import FaultProxy
from tests.s3.faults import TRANSIENT, Damage, Fault, always, first_of_each, of_kind, only
from tests.s3.moto_server import S3Endpoint
from tests.s3.rclone_server import S3Server

from .archives import FILES, packed, set_of, special
from .fetcher import BEFORE, Fetcher, assert_fetched, assert_refused, together

Server = S3Server | S3Endpoint


@pytest.mark.parametrize("ending", ["tar.gz", "tgz", "tar"])
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT], ids=["gnu", "pax"])
def test_the_folder_holds_exactly_what_the_archive_holds(
    fetch: Fetcher, server: Server, bucket: str, ending: str, form: int
) -> None:
    key = f"team a/ü/dags v1.{ending}"
    server.fill(bucket, {key: packed(*FILES.items(), mode="w" if ending == "tar" else "w:gz", form=form)})

    assert_fetched(fetch(f"s3://{bucket}/{key}"), len(FILES), f"s3://{bucket}/{key}")

    assert fetch.tree == FILES
    assert fetch.leftovers == []


@pytest.mark.parametrize("where", ["", "team/dags/"])
@pytest.mark.parametrize("ending", ["tar.gz", "tar"])
def test_the_pointer_and_a_version_lead_to_the_same(
    fetch: Fetcher, server: Server, bucket: str, where: str, ending: str
) -> None:
    name, content, pointer = set_of(FILES, ending)
    server.fill(bucket, {f"{where}{name}": content, f"{where}latest.sha256": pointer})
    version = f"version {name.removeprefix('dags-')[:12]})\n"

    for key in ("latest.sha256", name):
        uri = f"s3://{bucket}/{where}{key}"
        ended = fetch(uri)
        assert_fetched(ended, len(FILES), uri)
        assert ended.stdout.endswith(version)
        assert fetch.tree == FILES


def test_one_request_for_a_version_and_two_through_the_pointer(
    through_proxy: Fetcher, proxy: FaultProxy, rclone: S3Server, bucket: str
) -> None:
    name, content, pointer = set_of(FILES)
    rclone.fill(bucket, {name: content, "latest.sha256": pointer})

    assert through_proxy(f"s3://{bucket}/{name}").code == 0
    assert dict(proxy.counts) == {"get": 1}

    proxy.forget()
    assert through_proxy(f"s3://{bucket}/latest.sha256").code == 0
    assert dict(proxy.counts) == {"get": 2}
    assert proxy.connections == 1


@pytest.mark.parametrize(
    "packing", [["-cz"], ["-c"], ["-cz", "--format=ustar"], ["-cz", "--format=posix"], ["-cj"]]
)
def test_what_tar_itself_packs_can_be_fetched(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, tmp_path: Path, packing: list[str]
) -> None:
    folder = tmp_path / "packed"
    files = {name: content for name, content in FILES.items() if "ustar" not in packing[-1] or len(name) < 90}
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "run.sh").touch(mode=0o750)
    done = subprocess.run(["tar", *packing, "-C", str(folder), "."], check=True, capture_output=True)
    rclone.fill(bucket, {"dags.tar.gz": done.stdout})

    ended = on_rclone(f"s3://{bucket}/dags.tar.gz")

    if packing == ["-cj"]:
        assert_refused(ended, 65, "the archive cannot be extracted")
        return
    assert_fetched(ended, len(files) + 1, f"s3://{bucket}/dags.tar.gz")
    assert on_rclone.tree == {**files, "run.sh": b""}
    assert os.access(on_rclone.target / "run.sh", os.X_OK)
    modes = {path.stat().st_mode & 0o7777 for path in on_rclone.target.rglob("*") if path.is_file()}
    assert modes == {0o664, 0o775}


def test_links_within_the_archive_are_kept(on_rclone: Fetcher, rclone: S3Server, bucket: str) -> None:
    links = (
        special("b.py", tarfile.SYMTYPE, "a.py"),
        special("sub/c.py", tarfile.SYMTYPE, "../a.py"),
        special("hard.py", tarfile.LNKTYPE, "a.py"),
    )
    rclone.fill(bucket, {"dags.tgz": packed(("a.py", b"a"), *links)})

    assert_fetched(on_rclone(f"s3://{bucket}/dags.tgz"), 4, f"s3://{bucket}/dags.tgz")

    assert on_rclone.tree == {"a.py": b"a", "b.py -> a.py": b"", "sub/c.py -> ../a.py": b"", "hard.py": b"a"}


@pytest.mark.parametrize("name", ["/srv/a.py", "./srv/a.py", "//srv//./a.py"])
def test_an_absolute_name_in_an_archive_stays_in_the_folder(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, name: str
) -> None:
    rclone.fill(bucket, {"dags.tgz": packed((name, b"a"))})

    assert on_rclone(f"s3://{bucket}/dags.tgz").code == 0

    assert on_rclone.tree == {"srv/a.py": b"a"}


def test_the_hash_of_the_pointer_counts_for_any_name(
    on_rclone: Fetcher, rclone: S3Server, bucket: str
) -> None:
    content = packed(("a.py", b"a"))
    right, wrong = hashlib.sha256(content).hexdigest(), "f" * 64
    rclone.fill(bucket, {"good.sha256": f"{right}  release-1.tgz\n".encode()})
    rclone.fill(bucket, {"bad.sha256": f"{wrong}  release-1.tgz\n".encode(), "release-1.tgz": content})

    assert_refused(on_rclone(f"s3://{bucket}/bad.sha256"), 65, "has the sha256")
    assert on_rclone(f"s3://{bucket}/good.sha256").code == 0


@pytest.mark.parametrize("name", TRANSIENT)
def test_faults_that_pass_are_tried_again(
    through_proxy: Fetcher, proxy: FaultProxy, rclone: S3Server, bucket: str, name: str
) -> None:
    archive, content, pointer = set_of(FILES)
    rclone.fill(bucket, {archive: content, "latest.sha256": pointer})
    kinds = (lambda request: "dags-" in request.target) if name == "corrupt" else of_kind("get")
    proxy.plan = only(kinds, first_of_each(2, TRANSIENT[name]))

    assert_fetched(through_proxy(f"s3://{bucket}/latest.sha256"), len(FILES), f"s3://{bucket}/latest.sha256")

    assert through_proxy.tree == FILES


def test_a_plain_archive_that_arrives_damaged_is_not_taken(
    through_proxy: Fetcher, proxy: FaultProxy, rclone: S3Server, bucket: str
) -> None:
    # No gzip and no hash in the name: only S3's own ETag can tell.
    rclone.fill(bucket, {"dags.tar": packed(*FILES.items(), mode="w")})
    proxy.plan = first_of_each(1, Fault(damage=Damage("corrupt", 0.6)))

    ended = through_proxy(f"s3://{bucket}/dags.tar")

    assert_fetched(ended, len(FILES), f"s3://{bucket}/dags.tar")
    assert through_proxy.tree == FILES


def test_a_slow_archive_ends_at_the_deadline(
    through_proxy: Fetcher, proxy: FaultProxy, rclone: S3Server, bucket: str
) -> None:
    rclone.fill(bucket, {"dags.tgz": packed(("a.bin", os.urandom(100_000)))})
    proxy.plan = always(Fault(bytes_per_second=1000))

    ended = through_proxy(f"s3://{bucket}/dags.tgz", DAG_FETCH_TIMEOUT="2")

    assert_refused(ended, 75, "within 2 s")
    assert ended.seconds < 4.5
    assert through_proxy.tree == BEFORE


@contextmanager
def uploads(server: S3Server, bucket: str, sets: list[dict[str, bytes]]) -> Iterator[None]:
    """Push one set after the other, archive first and pointer last, prune the one before, until the block ends."""
    stop = threading.Event()

    def push() -> None:
        before, turn = "", 0
        while not stop.is_set():
            name, content, pointer = set_of(sets[turn % len(sets)])
            # As a slow upload: S3 shows an object only when it is whole, a folder does not.
            for key, data in ((name, content), ("latest.sha256", pointer)):
                partial = server.folder / f"{bucket}.partial"
                partial.write_bytes(data)
                stop.wait(0.06)
                partial.replace(server.folder / bucket / key)
            if before not in ("", name):
                (server.folder / bucket / before).unlink()
            before, turn = name, turn + 1

    thread = threading.Thread(target=push)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.slow
def test_an_upload_half_done_never_gives_a_mixture(
    through_proxy: Fetcher, proxy: FaultProxy, rclone: S3Server, bucket: str, tmp_path: Path
) -> None:
    sets = [{f"{name}.py": b"set %d" % number for name in "abcdef"} for number in range(3)]
    name, content, pointer = set_of(sets[0])
    rclone.fill(bucket, {name: content, "latest.sha256": pointer})
    proxy.plan = only(of_kind("get"), always(Fault(delay=0.02)))
    fetchers = [Fetcher(tmp_path / f"{n}/dags", through_proxy.environment) for n in range(80)]
    with uploads(rclone, bucket, sets):
        starts = [partial(each.start, f"s3://{bucket}/latest.sha256") for each in fetchers]
        results = together(starts, at_once=4)

    wrong = [
        (ended, dict(fetcher.tree))
        for ended, fetcher in zip(results, fetchers, strict=True)
        if (fetcher.target.exists() and fetcher.tree not in sets)
        or (ended.code == 0) != fetcher.target.exists()
    ]
    assert not wrong
    # Pruned between pointer and archive, several times in a row: said as such.
    assert {ended.code for ended in results} <= {0, 72}
    assert sum(ended.code == 0 for ended in results) > 40
    assert len({tuple(fetcher.tree.values()) for fetcher in fetchers if fetcher.target.exists()}) > 1
