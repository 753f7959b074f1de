"""Faults that pass are tried again, with longer pauses; what arrives is whole or does not count."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.s3.fault_proxy import FaultProxy
from tests.s3.faults import (
    SLOW_DOWN,
    TRANSIENT,
    Answer,
    Damage,
    Fault,
    always,
    first,
    first_of_each,
    of_kind,
    only,
)

from .fetcher import BEFORE, COMMAND, SAMPLE, Fetcher, assert_fetched, assert_refused


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_fault_of_every_kind_is_tried_again(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str, name: str
) -> None:
    kinds = ["get"] if name == "corrupt" else ["get", "list"]
    proxy.plan = only(of_kind(*kinds), first_of_each(2, TRANSIENT[name]))

    assert_fetched(through_proxy(uri), len(SAMPLE), uri)

    assert through_proxy.tree == SAMPLE
    # An empty body can be neither cut nor changed, so that the first attempt may do; all others take three.
    attempts = Counter(request.line for request in proxy.requests if "empty.py" not in request.target)
    assert set(attempts.values()) == ({3} if len(kinds) == 2 else {1, 3})


def test_a_listing_that_is_damaged_is_asked_for_again(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str
) -> None:
    proxy.plan = only(of_kind("list"), first_of_each(2, Fault(damage=Damage("corrupt", 0.5))))

    assert_fetched(through_proxy(uri), len(SAMPLE), uri)

    assert through_proxy.tree == SAMPLE


@pytest.mark.parametrize(
    "fault", [Fault(chunked=True), Fault(closes=True), Fault(chunked=True, closes=True), Fault(delay=0.02)]
)
def test_every_way_to_send_a_body_is_understood(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str, fault: Fault
) -> None:
    proxy.plan = always(fault)

    assert_fetched(through_proxy(uri), len(SAMPLE), uri)

    assert through_proxy.tree == SAMPLE
    assert len(proxy.requests) == len(SAMPLE) + 1
    if fault.closes:
        assert proxy.connections == len(proxy.requests)


@pytest.mark.parametrize("kind", ["truncate", "reset"])
def test_a_body_in_chunks_that_is_cut_is_tried_again(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str, kind: str
) -> None:
    cut = Fault(chunked=True, damage=Damage("reset" if kind == "reset" else "truncate", 0.3))
    proxy.plan = first_of_each(1, cut)

    assert_fetched(through_proxy(uri), len(SAMPLE), uri)

    assert through_proxy.tree == SAMPLE


@pytest.mark.parametrize("count", [1, 5, 40])
def test_a_burst_of_throttling_passes(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str, count: int
) -> None:
    proxy.plan = first(count, SLOW_DOWN) if count < 12 else only(of_kind("get"), first(count, SLOW_DOWN))

    assert_fetched(through_proxy(uri), len(SAMPLE), uri)

    assert through_proxy.tree == SAMPLE


@pytest.mark.slow
def test_one_slow_body_does_not_hold_up_the_fetch(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str
) -> None:
    # At this rate the big file alone would take eight minutes.
    proxy.plan = only(
        lambda request: request.target.endswith("big.bin"), first_of_each(1, Fault(bytes_per_second=1000))
    )

    ended = through_proxy(uri)

    assert_fetched(ended, len(SAMPLE), uri)
    assert ended.seconds < 40
    assert through_proxy.tree == SAMPLE


@pytest.mark.slow
def test_the_pauses_grow_and_differ(through_proxy: Fetcher, proxy: FaultProxy, uri: str) -> None:
    durations = []
    for _ in range(4):
        proxy.forget(first(6, SLOW_DOWN))
        ended = through_proxy(uri)
        assert_fetched(ended, len(SAMPLE), uri)
        durations.append(ended.seconds)

    # Six pauses of at most 0.1, 0.2, … 3.2 s: full jitter makes them 3.2 s on average, and never alike.
    assert max(durations) < 12
    assert max(durations) - min(durations) > 0.05


def test_the_server_may_say_how_long_to_wait(through_proxy: Fetcher, proxy: FaultProxy, uri: str) -> None:
    proxy.plan = first(1, Fault(answer=Answer(503, "SlowDown", {"Retry-After": "2"})))

    ended = through_proxy(uri)

    assert_fetched(ended, len(SAMPLE), uri)
    assert ended.seconds > 2


def test_an_object_that_stays_damaged_is_refused(through_proxy: Fetcher, proxy: FaultProxy, uri: str) -> None:
    proxy.plan = only(
        lambda request: request.target.endswith("/3.py"), always(Fault(damage=Damage("corrupt", 7)))
    )

    assert_refused(
        through_proxy(uri), 65, r"'dags/package 0/3\.py' arrives with other content than its checksum says"
    )
    assert through_proxy.tree == BEFORE


def test_nothing_of_a_fault_is_said_when_it_ends_well(
    through_proxy: Fetcher, proxy: FaultProxy, uri: str
) -> None:
    proxy.plan = first_of_each(1, SLOW_DOWN)

    ended = through_proxy(uri, PYTHONWARNINGS="always", PYTHONDEVMODE="1")

    assert_fetched(ended, len(SAMPLE), uri)


def test_output_that_nobody_reads_does_not_matter(on_rclone: Fetcher, uri: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [*COMMAND, uri, str(on_rclone.target)],
            env=on_rclone.variables(),
            stdout=closed,
            stderr=sys.stderr,
            check=False,
        )

    assert done.returncode == 0
    assert on_rclone.tree == SAMPLE
