"""What S3, or whatever answers in its place, refuses: said in its own words, once, and without secrets."""

from __future__ import annotations

import socket
import subprocess

import pytest

from tests.s3.fault_proxy import FaultProxy
from tests.s3.faults import SLOW_DOWN, Answer, Fault, Plan, always, of_kind, only
from tests.s3.rclone_server import ACCESS_KEY, SECRET_KEY

from .fetcher import BEFORE, COMMAND, Fetcher, assert_refused

TOKEN = "canary/token+in/a=URL"
SECRETS = (ACCESS_KEY, SECRET_KEY, TOKEN, "canary")


ANSWERS = {
    "denied": (Answer(403, "AccessDenied"), 77, "AccessDenied.*; allow the task role s3:ListBucket"),
    "wrong signature": (Answer(403, "SignatureDoesNotMatch"), 77, "SignatureDoesNotMatch"),
    "unknown key": (Answer(403, "InvalidAccessKeyId"), 77, "InvalidAccessKeyId"),
    "expired": (Answer(400, "ExpiredToken"), 77, "ExpiredToken.*credentials"),
    "wrong token": (Answer(400, "InvalidToken"), 77, "InvalidToken.*AWS_SESSION_TOKEN"),
    "wrong clock": (Answer(403, "RequestTimeTooSkewed"), 77, "RequestTimeTooSkewed.*clock"),
    "no bucket": (Answer(404, "NoSuchBucket"), 67, "does not exist"),
    "bad request": (Answer(400, "InvalidRequest"), 69, "400 InvalidRequest"),
    "elsewhere": (Answer(301, "PermanentRedirect"), 69, "PermanentRedirect.*region"),
    "not implemented": (Answer(501, "NotImplemented"), 69, "NotImplemented"),
    "unknown status": (Answer(418, "Teapot"), 69, "418 Teapot"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_s3_refuses_is_not_asked_for_again(
    through_proxy: Fetcher, proxy: FaultProxy, filled: str, name: str
) -> None:
    answer, code, pattern = ANSWERS[name]
    proxy.plan = always(Fault(answer=answer))

    ended = through_proxy(f"s3://{filled}/dags", AWS_SESSION_TOKEN=TOKEN)

    assert_refused(ended, code, pattern, *SECRETS)
    assert len(proxy.requests) == 1
    assert ended.seconds < 5


def test_an_object_that_may_not_be_read_is_named(
    through_proxy: Fetcher, proxy: FaultProxy, filled: str
) -> None:
    proxy.plan = only(of_kind("get"), always(Fault(answer=Answer(403, "AccessDenied"))))

    ended = through_proxy(f"s3://{filled}/dags")

    assert_refused(ended, 77, rf"s3://{filled}/dags/a\.py: AccessDenied.*allow the task role s3:GetObject")
    assert through_proxy.tree == BEFORE


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_proxy_that_answers_with_a_page_is_understood(
    through_proxy: Fetcher, proxy: FaultProxy, filled: str, status: int
) -> None:
    # No S3: what stands between answers in its own words.
    proxy.plan = always(Fault(answer=Answer(status, "<html>\r\n\x1b[1mcanary</html>")))

    ended = through_proxy(f"s3://{filled}/dags", DAG_FETCH_TIMEOUT="2")

    assert ended.code == {403: 77, 404: 67, 500: 75}[status], ended
    assert len(ended.stderr.splitlines()) == 1
    assert "\x1b" not in ended.stderr


def test_an_answer_cannot_put_a_secret_into_the_line(
    through_proxy: Fetcher, proxy: FaultProxy, filled: str
) -> None:
    # S3 does send the key back: InvalidAccessKeyId and SignatureDoesNotMatch hold AWSAccessKeyId.
    proxy.plan = always(Fault(answer=Answer(403, f"AccessDenied {ACCESS_KEY} {SECRET_KEY} {TOKEN}")))

    ended = through_proxy(f"s3://{filled}/dags", AWS_SESSION_TOKEN=TOKEN)

    assert_refused(ended, 77, "AccessDenied", *SECRETS)


@pytest.mark.parametrize(
    ("plan", "pattern"),
    [
        (always(SLOW_DOWN), r"503 SlowDown \(12 attempts\)"),
        (always(Fault(answer=Answer(500, "InternalError"))), r"500 InternalError \(12 attempts\)"),
    ],
    ids=["503", "500"],
)
@pytest.mark.slow
def test_a_fault_that_stays_ends_it(
    through_proxy: Fetcher, proxy: FaultProxy, filled: str, plan: Plan, pattern: str
) -> None:
    proxy.plan = plan

    ended = through_proxy(f"s3://{filled}/dags")

    assert_refused(ended, 69, pattern)
    assert len(proxy.requests) == 12
    assert through_proxy.tree == BEFORE


def test_a_server_that_speaks_something_else_is_unavailable(on_rclone: Fetcher, filled: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, subprocess.Popen(
        [*COMMAND, f"s3://{filled}/dags", str(on_rclone.target)],
        env=on_rclone.variables(AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{listener.getsockname()[1]}"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        while process.poll() is None:
            listener.settimeout(0.2)
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.recv(65536)
                connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        _, stderr = process.communicate()

    assert (process.returncode, stderr.count("\n")) == (69, 1), stderr
