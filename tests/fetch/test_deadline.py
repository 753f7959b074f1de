"""One time for the whole fetch, whatever it waits for."""

from __future__ import annotations

import socket

import pytest

from tests.s3.fault_proxy import FaultProxy
from tests.s3.faults import (
    SLOW_DOWN,
    Fault,
    always,
    of_kind,
    only,
)

from .fetcher import BEFORE, Fetcher, assert_refused

NEVER = {
    "no answer to the list": only(of_kind("list"), always(Fault(never_answers=True))),
    "no answer to one file": only(
        lambda request: request.target.endswith("/3.py"), always(Fault(never_answers=True))
    ),
    "a body that drips": only(of_kind("get"), always(Fault(bytes_per_second=50))),
    "a list that drips": only(of_kind("list"), always(Fault(bytes_per_second=50))),
    "throttling": always(SLOW_DOWN),
}


@pytest.mark.parametrize("name", NEVER)
def test_the_deadline_ends_it(through_proxy: Fetcher, proxy: FaultProxy, uri: str, name: str) -> None:
    proxy.plan = NEVER[name]

    ended = through_proxy(uri, DAG_FETCH_TIMEOUT="2")

    assert_refused(ended, 75, "not there within 2 s; raise DAG_FETCH_TIMEOUT|within 2 s: ")
    # A pause that would last beyond the deadline is not begun.
    assert (0.1 if name == "throttling" else 1.5) < ended.seconds < 4.5
    assert through_proxy.tree == BEFORE
    assert through_proxy.leftovers == []


def test_a_server_that_accepts_and_says_nothing_ends_at_the_deadline(on_rclone: Fetcher, uri: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        ended = on_rclone(uri, AWS_ENDPOINT_URL_S3=url, DAG_FETCH_TIMEOUT="2")

    assert_refused(ended, 75, "within 2 s")
    assert 1.5 < ended.seconds < 4.5


def test_credentials_that_never_come_end_at_the_deadline(on_rclone: Fetcher, uri: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = on_rclone(
            uri,
            AWS_ACCESS_KEY_ID=None,
            AWS_SECRET_ACCESS_KEY=None,
            AWS_CONTAINER_CREDENTIALS_FULL_URI=f"http://127.0.0.1:{listener.getsockname()[1]}/creds",
            DAG_FETCH_TIMEOUT="2",
        )

    assert_refused(ended, 75, "within 2 s")
    assert 1.5 < ended.seconds < 4.5
