"""Each way in which S3 says no: an exit code of its own, one line with the mend, and nothing of a key."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from tests.s3.fault_proxy import fault_proxy
from tests.s3.faults import Answer, Fault, Plan, always, of_kind, only

from .conftest import POINTER, Bucket, Project

VERBS = ("push", "list", "prune --keep 1", "rollback")


def failure(project: Project, verb: str, uri: str) -> tuple[int, str, str]:
    """Exit code, error line and mend; what was under way may have lines of its own before."""
    name, *options = verb.split()
    code, out, lines = project.run(name, uri, *options, "--json")
    assert out.startswith('{\n  "error"')
    (error,) = (number for number, line in enumerate(lines) if line.startswith("error: "))
    assert len(lines) == error + 2
    assert lines[-1].startswith("  → ")
    return code, lines[error], lines[-1]


def wrong_secret(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another-secret-of-nobody")


def wrong_key(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another-access-key")


def no_keys(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


def half_a_key(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


def no_profile(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")


def nobody_there(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{free.getsockname()[1]}")


def no_name(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://user:secret-of-nobody-5d1e@nowhere.invalid")


def no_address(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "nowhere")


CAUSES: dict[str, tuple[Callable[[Bucket, pytest.MonkeyPatch], None], int, str, str]] = {
    "no keys": (no_keys, 15, "no AWS credentials", "AWS_PROFILE"),
    "half a key": (half_a_key, 15, "no AWS credentials", "AWS_SECRET_ACCESS_KEY"),
    "no such profile": (no_profile, 15, "nowhere", "AWS_PROFILE"),
    "unknown key": (wrong_key, 16, "S3 does not know the access key", "AWS_ACCESS_KEY_ID"),
    "wrong secret": (wrong_secret, 16, "does not belong to the access key", "AWS_SECRET_ACCESS_KEY"),
    "connection refused": (nobody_there, 20, "S3 cannot be reached at http://127.0.0.1", "AWS_ENDPOINT_URL"),
    "no such name": (no_name, 20, "S3 cannot be reached", "AWS_ENDPOINT_URL"),
    "no address": (no_address, 20, "AWS_ENDPOINT_URL", "https://HOST"),
}


@pytest.mark.parametrize("name", CAUSES)
@pytest.mark.parametrize("verb", VERBS)
def test_what_is_wrong_on_this_side(
    rclone_bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch, verb: str, name: str
) -> None:
    break_it, code, reason, mend = CAUSES[name]
    break_it(rclone_bucket, monkeypatch)
    ended = failure(project, verb, rclone_bucket.uri)
    assert ended[0] == code, ended
    assert reason in ended[1]
    assert mend in ended[2]


@pytest.mark.parametrize("verb", VERBS)
def test_no_such_bucket(bucket: Bucket, project: Project, verb: str) -> None:
    code, line, mend = failure(project, verb, "s3://no-such-bucket/dags")
    assert (code, line) == (17, "error: there is no bucket no-such-bucket")
    assert "correct the name" in mend


def answering(status: int, code: str) -> Plan:
    return always(Fault(answer=Answer(status, code)))


@pytest.mark.parametrize(
    ("plan", "code", "reason", "mend"),
    [
        (answering(403, "AccessDenied"), 16, "S3 refuses s3:GetObject (AccessDenied)", "s3:ListBucket"),
        (answering(403, "ExpiredToken"), 16, "the credentials have expired", "aws sso login"),
        (answering(403, "RequestTimeTooSkewed"), 16, "the clock of this machine", ""),
        (answering(503, "SlowDown"), 20, "S3 is not ready to answer (SlowDown, 503)", "run it again"),
        (answering(500, "InternalError"), 20, "S3 is not ready to answer", "run it again"),
        (answering(400, "InvalidRequest"), 20, "InvalidRequest: The proxy of a test says so (400)", ""),
        (only(of_kind("put"), answering(403, "AccessDenied")), 16, "S3 refuses s3:PutObject", "s3:PutObject"),
    ],
)
def test_what_s3_refuses(
    bucket: Bucket,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    plan: Plan,
    code: int,
    reason: str,
    mend: str,
) -> None:
    with fault_proxy(bucket.url, plan) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        ended = failure(project, "push", bucket.uri)
    assert ended[0] == code, ended
    assert reason in ended[1]
    assert mend in ended[2]
    assert POINTER not in bucket.objects()


@pytest.mark.parametrize(
    ("verb", "kind", "action"),
    [("list", "list", "s3:ListBucket"), ("prune --keep 1", "delete", "s3:DeleteObject")],
)
def test_the_right_that_is_missing_is_named(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch, verb: str, kind: str, action: str
) -> None:
    project.push("first", bucket)
    current = project.push("second", bucket)
    with fault_proxy(bucket.url, only(of_kind(kind), answering(403, "AccessDenied"))) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
        ended = failure(project, verb, bucket.uri)
    assert (ended[0], bucket.current()) == (16, current)
    assert f"S3 refuses {action} (AccessDenied)" in ended[1]
