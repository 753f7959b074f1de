"""An upload in the middle of the fetch: what is in the bucket then is fetched, or the fetch says that it cannot."""

from __future__ import annotations

from tests.s3.fault_proxy import FaultProxy
from tests.s3.faults import (
    HEALTHY,
    Fault,
    Plan,
    Request,
)
from tests.s3.rclone_server import S3Server

from .fetcher import BEFORE, SAMPLE, Fetcher, assert_fetched, assert_refused


def changes(server: S3Server, bucket: str, *, times: int) -> Plan:
    """An upload in the middle of the fetch: between the list and the first bodies, other content is there."""

    def plan(request: Request) -> Fault:
        if request.kind == "get" and request.target.endswith("/3.py") and request.attempt <= times:
            server.fill(bucket, {"dags/package 0/3.py": b"version %d, of another size" % request.attempt})
        return HEALTHY

    return plan


def test_a_file_that_changes_meanwhile_is_taken_as_it_is_then(
    through_proxy: Fetcher, proxy: FaultProxy, rclone: S3Server, uri: str, bucket: str
) -> None:
    proxy.plan = changes(rclone, bucket, times=1)

    assert_fetched(through_proxy(uri), len(SAMPLE), uri)

    assert through_proxy.tree == {**SAMPLE, "package 0/3.py": b"version 1, of another size"}


def test_a_file_that_never_stops_changing_ends_it(
    through_proxy: Fetcher, proxy: FaultProxy, rclone: S3Server, uri: str, bucket: str
) -> None:
    def plan(request: Request) -> Fault:
        rclone.fill(bucket, {"dags/package 0/3.py": b"x" * request.number})
        return HEALTHY

    proxy.plan = plan

    assert_refused(through_proxy(uri), 69, r"'dags/package 0/3\.py' changed while it was fetched")
    assert through_proxy.tree == BEFORE


def test_a_file_that_is_deleted_meanwhile_is_not_missed(
    through_proxy: Fetcher, proxy: FaultProxy, rclone: S3Server, uri: str, bucket: str
) -> None:
    def plan(request: Request) -> Fault:
        if request.target.endswith("/3.py"):
            (rclone.folder / bucket / "dags/package 0/3.py").unlink(missing_ok=True)
        return HEALTHY

    proxy.plan = plan

    assert_fetched(through_proxy(uri), len(SAMPLE) - 1, uri)

    assert through_proxy.tree == {
        name: content for name, content in SAMPLE.items() if name != "package 0/3.py"
    }
