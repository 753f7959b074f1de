"""Faults of a registry: what passes is waited for, what stays has its own line and exit code."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from airflow_ecs_image.registry import retries
from tests.image.local_registry import LocalRegistry
from tests.waiting import until

from .pushing import Pusher, digest_in_registry
from .registry_front import Answer, Front, Request, for_some_time, has_immutable, has_no_repository

DROPPED = Answer(0)
PUT_MANIFEST = ("PUT", "/manifests/")


def retried(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if "attempt " in line]


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(503, "UNAVAILABLE", "come back later"), "it answers with a server error"),
        (Answer(502, "UNKNOWN", ""), "it answers with a server error"),
        (Answer(429, "TOOMANYREQUESTS", "Rate exceeded"), "too many requests"),
        (DROPPED, "the connection broke off"),
    ],
    ids=["503", "502", "429", "dropped"],
)
def test_a_fault_that_passes(
    push: Pusher, image: str, name: str, front: Front, answer: Answer, reason: str, compression: str
) -> None:
    front.rules.append(for_some_time(answer, 2, *PUT_MANIFEST))
    outcome = push(image, f"{front.address}/{name}:1", "--compression", compression)
    assert outcome.code == 0, outcome.err
    assert outcome.last_line.endswith(digest_in_registry(f"{front.address}/{name}:1"))
    lines = retried(outcome.lines)
    # skopeo tries some faults again by itself.
    assert lines or compression == "zstd"
    assert all(line.startswith(f"note: {front.address}: {reason}; attempt ") for line in lines)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(503, "UNAVAILABLE", "come back later"), "it answers with a server error"),
        (Answer(429, "TOOMANYREQUESTS", "Rate exceeded"), "too many requests"),
        (DROPPED, "the connection broke off"),
    ],
    ids=["503", "429", "dropped"],
)
def test_a_fault_that_stays(
    push: Pusher, image: str, name: str, front: Front, answer: Answer, reason: str
) -> None:
    front.rules.append(for_some_time(answer, 1000, *PUT_MANIFEST))
    outcome = push(image, f"{front.address}/{name}:1")
    assert outcome.code == 25
    assert outcome.error == f"{front.address}: {reason}, {retries.ATTEMPTS} times"
    assert len(retried(outcome.lines)) == retries.ATTEMPTS - 1
    assert outcome.mend.startswith("check network and proxy")


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_registry_that_is_not_there(push: Pusher, image: str, name: str, compression: str) -> None:
    outcome = push(image, f"127.0.0.1:1/{name}:1", "--compression", compression)
    assert outcome.code == 25
    assert outcome.error == "127.0.0.1:1: connection refused, 5 times"


def test_a_host_that_does_not_exist_is_not_tried_again(push: Pusher, image: str) -> None:
    outcome = push(image, "registry.invalid/team/worker:1")
    assert outcome.code == 25
    assert outcome.error == "registry.invalid: the name does not resolve"
    assert retried(outcome.lines) == []


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_no_such_repository(push: Pusher, image: str, name: str, front: Front, compression: str) -> None:
    front.rules.append(has_no_repository(name))
    outcome = push(image, f"{front.address}/{name}:1", "--compression", compression)
    assert outcome.code == 23
    assert outcome.error == f"{front.address}/{name}: the registry has no such repository"


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_tag_that_is_taken(
    push: Pusher, make_image: Callable[..., str], name: str, front: Front, compression: str
) -> None:
    repository = f"{front.address}/{name}:1"
    first = push.document(make_image(), repository, "--compression", compression)
    front.rules.append(has_immutable("1", name))
    outcome = push(make_image(), repository, "--compression", compression)
    assert outcome.code == 24
    assert outcome.error == (
        f"{repository} names another image already, and the tags of this repository are immutable"
    )
    assert outcome.mend == "give this image a tag of its own: --tag TAG"
    assert digest_in_registry(repository) == first["digest"]


def test_the_same_pushed_by_somebody_else_meanwhile(
    push: Pusher, image: str, name: str, front: Front, local_registry: LocalRegistry
) -> None:
    """They are there first, and the tag may not move; it is what was to be pushed."""

    def theirs(request: Request) -> Answer | None:
        # Until the push comes to its manifest, the tag is not there.
        if (request.method, request.tag) == ("PUT", "1"):
            front.rules[:] = [has_immutable("1", name)]
            return front.rules[0](request)
        return Answer(404, "MANIFEST_UNKNOWN", "manifest unknown") if "/manifests/" in request.path else None

    first = push.document(image, f"{local_registry.address}/{name}:1")
    front.rules.append(theirs)
    outcome = push(image, f"{front.address}/{name}:1")
    assert outcome.code == 0, outcome.err
    assert "there already" in outcome.out
    assert outcome.last_line.endswith(first["digest"])


def test_a_login_that_may_push_and_not_read(push: Pusher, image: str, name: str, front: Front) -> None:
    def no_reading(request: Request) -> Answer | None:
        reads = request.method in ("GET", "HEAD") and "/manifests/" in request.path
        return Answer(403, "DENIED", "requested access to the resource is denied") if reads else None

    front.rules.append(no_reading)
    document = push.document(image, f"{front.address}/{name}:1")
    assert document["digest"].startswith("sha256:")
    assert (document["layers"], document["bytes"]) == (None, None)


def test_a_login_that_may_not_push(push: Pusher, image: str, name: str, front: Front) -> None:
    def no_pushing(request: Request) -> Answer | None:
        # Not the standard's own words, for which docker tries for 50 seconds.
        denied = Answer(403, "DENIED", "permission_denied: write_package")
        return denied if request.method in ("POST", "PUT") else None

    front.rules.append(no_pushing)
    outcome = push(image, f"{front.address}/{name}:1")
    assert outcome.code == 22
    assert outcome.error == (
        f"{front.address}/{name}: the registry refuses the push: permission_denied: write_package"
    )


def test_the_registry_stops_in_the_middle_and_comes_back(
    push: Pusher,
    make_image: Callable[..., str],
    name: str,
    local_registry: LocalRegistry,
    front: Front,
) -> None:
    sending, stopped = threading.Event(), threading.Event()

    def in_the_middle(request: Request) -> Answer | None:
        # The layer's content waits here until the registry is gone.
        if request.method == "PATCH" and not stopped.is_set():
            sending.set()
            stopped.wait(60)
        return None

    def outage() -> None:
        assert sending.wait(60)
        local_registry.pause()
        stopped.set()
        # The content that was held back has met a registry that is gone.
        until(lambda: front.lost > 0, "the upload breaks off", seconds=60)
        local_registry.resume()

    front.rules.append(in_the_middle)
    thread = threading.Thread(target=outage, name="outage", daemon=True)
    thread.start()
    outcome = push(make_image(size=5_000_000), f"{front.address}/{name}:1")
    thread.join(60)
    assert outcome.code == 0, outcome.err
    assert front.lost > 0
    assert outcome.last_line.endswith(digest_in_registry(f"{local_registry.address}/{name}:1"))
    assert any("sending a layer failed; docker tries it again (2 of 5)" in line for line in outcome.lines)


def test_the_registry_stops_and_stays_away(
    push: Pusher, image: str, name: str, local_registry: LocalRegistry, front: Front
) -> None:
    def before_the_manifest(request: Request) -> Answer | None:
        if request.method == "PUT" and "/manifests/" in request.path:
            local_registry.pause()
            front.rules.clear()
        return None

    front.rules.append(before_the_manifest)
    try:
        outcome = push(image, f"{front.address}/{name}:1")
    finally:
        local_registry.resume()
    assert outcome.code == 25
    assert outcome.error == f"{front.address}: the connection broke off, 5 times"
