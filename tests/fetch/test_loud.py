"""Every way to fail has its own exit code and one line with the mend; no line holds a key, a token or a password."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.s3.rclone_server import ACCESS_KEY, SECRET_KEY

from .fetcher import BEFORE, POWERLESS, Fetcher, assert_fetched, assert_refused

SECRETS = (ACCESS_KEY, SECRET_KEY, "canary")
REASONS = {
    64: "wrong-setting", 65: "content-refused", 66: "nothing-found", 67: "no-such-bucket",
    68: "name-not-resolved", 69: "s3-unavailable", 70: "unexpected", 72: "no-such-object", 73: "not-writable",
    74: "disk-full", 75: "deadline", 76: "tls", 77: "access-denied", 78: "no-credentials", 143: "terminated",
}  # fmt: skip
# Longer than any name may be: no resolver is asked.
NO_NAME = ".".join(["no-such-host"] * 24)

NO_KEYS: dict[str, str | None] = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}

CASES: dict[str, tuple[str, dict[str, str | None], int, str]] = {
    "no URI": ("", {}, 64, r"S3_URI is ''.*must look like s3://bucket/prefix"),
    "no bucket": ("s3://", {}, 64, "S3_URI is 's3://'"),
    "no bucket but a prefix": ("s3:///dags", {}, 64, "S3_URI is 's3:///dags'"),
    "another scheme": ("https://BUCKET/dags", {}, 64, "S3_URI is 'https://"),
    "capitals": ("S3://BUCKET/dags", {}, 64, "S3_URI is 'S3://"),
    "one slash": ("s3:/BUCKET/dags", {}, 64, "S3_URI is 's3:/"),
    "no scheme": ("BUCKET/dags\n", {}, 64, r"S3_URI is 'bucket-\w+/dags\\n'"),
    "no bucket name": ("s3://Not A Bucket/dags", {}, 64, "S3_URI is 's3://Not A Bucket/dags'"),
    "timeout": ("s3://BUCKET/dags", {"DAG_FETCH_TIMEOUT": "soon"}, 64, "DAG_FETCH_TIMEOUT is 'soon'"),
    "no timeout": ("s3://BUCKET/dags", {"DAG_FETCH_TIMEOUT": "0"}, 64, "DAG_FETCH_TIMEOUT is '0'"),
    "connections": ("s3://BUCKET/dags", {"DAG_FETCH_CONNECTIONS": "-1"}, 64, "DAG_FETCH_CONNECTIONS is '-1'"),
    "files": ("s3://BUCKET/dags", {"DAG_FETCH_MAX_FILES": "1e5"}, 64, "DAG_FETCH_MAX_FILES is '1e5'"),
    "bytes": ("s3://BUCKET/dags", {"DAG_FETCH_MAX_BYTES": "1GB"}, 64, "DAG_FETCH_MAX_BYTES is '1GB'"),
    "empty": ("s3://BUCKET/dags", {"DAG_FETCH_ALLOW_EMPTY": "maybe"}, 64, "DAG_FETCH_ALLOW_EMPTY is 'maybe'"),
    "addressing": ("s3://BUCKET/dags", {"DAG_FETCH_ADDRESSING": "dns"}, 64, "DAG_FETCH_ADDRESSING is 'dns'"),
    "format": ("s3://BUCKET/dags", {"ENTRYPOINT_LOG_FORMAT": "xml"}, 64, "ENTRYPOINT_LOG_FORMAT is 'xml'"),
    "endpoint": ("s3://BUCKET/dags", {"AWS_ENDPOINT_URL_S3": "localhost:1"}, 64, "AWS_ENDPOINT_URL_S3 is"),
    "login in the endpoint": (
        "s3://BUCKET/dags", {"AWS_ENDPOINT_URL_S3": "http://someone:canary@127.0.0.1:1"}, 64, "AWS_ENDPOINT_URL_S3"
    ),
    "no archive": ("s3://BUCKET/broken.tgz", {}, 65, "the archive cannot be extracted"),
    "nothing below": ("s3://BUCKET/nothing", {}, 66, "s3://bucket-[0-9a-f]+/nothing holds no file"),
    "part of a name": ("s3://BUCKET/dag", {}, 66, "s3://bucket-[0-9a-f]+/dag holds no file"),
    "an object for a prefix": ("s3://BUCKET/dags/a.py", {}, 66, "s3://bucket-[0-9a-f]+/dags/a.py holds no file"),
    "only folders": ("s3://BUCKET/folders", {}, 66, "s3://bucket-[0-9a-f]+/folders holds no file"),
    "all excluded": ("s3://BUCKET/dags", {"DAG_FETCH_EXCLUDE": "*"}, 66, "holds no file"),
    "bucket": ("s3://no-such-bucket/dags", {}, 67, "the bucket 'no-such-bucket' does not exist"),
    "bucket of an archive": ("s3://no-such-bucket/dags.tar.gz", {}, 67, "the bucket 'no-such-bucket' does not exist"),
    "bucket of a pointer": ("s3://no-such-bucket/latest.sha256", {}, 67, "the bucket 'no-such-bucket' does not exist"),
    "host": ("s3://BUCKET/dags", {"AWS_ENDPOINT_URL_S3": f"http://{NO_NAME}:80"}, 68, "no-such-host.* does not resolve"),
    "nobody listens": ("s3://BUCKET/dags", {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}, 69, "127.0.0.1:1 cannot be reached"),
    "archive": ("s3://BUCKET/no-such.tar.gz", {}, 72, "there is no object s3://bucket-[0-9a-f]+/no-such.tar.gz"),
    "pointer": ("s3://BUCKET/no-such.sha256", {}, 72, "there is no object s3://bucket-[0-9a-f]+/no-such.sha256"),
    "archive of the pointer": ("s3://BUCKET/lost.sha256", {}, 72, "there is no object s3://bucket-[0-9a-f]+/dags.tar"),
    "wrong secret": ("s3://BUCKET/dags", {"AWS_SECRET_ACCESS_KEY": "canary"}, 77, "SignatureDoesNotMatch"),
    "wrong key": ("s3://BUCKET/dags", {"AWS_ACCESS_KEY_ID": "canary"}, 77, "s3://bucket-[0-9a-f]+: "),
    "no credentials": ("s3://BUCKET/dags", NO_KEYS, 78, "no.* credentials"),
    "half a pair": ("s3://BUCKET/dags", {"AWS_SECRET_ACCESS_KEY": None}, 78, "AWS_SECRET_ACCESS_KEY is not"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_failure_is_one_line_with_its_own_code(on_rclone: Fetcher, filled: str, name: str) -> None:
    uri, environment, code, pattern = CASES[name]

    ended = on_rclone(uri.replace("BUCKET", filled), **{"AWS_SESSION_TOKEN": None, **environment})

    assert_refused(ended, code, pattern, *SECRETS)
    assert on_rclone.tree == BEFORE
    assert on_rclone.leftovers == []


@pytest.mark.parametrize("name", [name for name in CASES if name != "format"])
def test_programs_can_read_it_too(on_rclone: Fetcher, filled: str, name: str) -> None:
    uri, environment, code, _ = CASES[name]
    uri = uri.replace("BUCKET", filled)

    ended = on_rclone(uri, ENTRYPOINT_LOG_FORMAT="json", **environment)

    assert (ended.code, ended.stdout) == (code, ""), ended
    assert ended.stderr.count("\n") == 1
    document = json.loads(ended.stderr)
    assert set(document) == {"event", "source", "exit_code", "reason", "message", "mend"}
    assert (document["event"], document["exit_code"], document["reason"]) == (
        "dags-not-fetched",
        code,
        REASONS[code],
    )
    assert document["message"]
    assert document["mend"]
    assert document["source"] == uri.strip()
    assert not [secret for secret in SECRETS if secret in ended.stderr]


def test_success_can_be_read_by_programs(on_rclone: Fetcher, filled: str) -> None:
    ended = on_rclone(f"s3://{filled}/dags", ENTRYPOINT_LOG_FORMAT="json")

    assert (ended.code, ended.stderr, ended.stdout.count("\n")) == (0, "", 1)
    document = json.loads(ended.stdout)
    assert document.pop("milliseconds") < 60_000
    assert len(document.pop("version")) == 64
    assert document == {"event": "dags-fetched", "source": f"s3://{filled}/dags", "files": 1, "bytes": 1}


def test_a_relative_folder_is_refused(on_rclone: Fetcher, filled: str) -> None:
    ended = Fetcher(Path("relative"), on_rclone.environment)(f"s3://{filled}/dags")

    assert_refused(ended, 64, "CONTAINER_DAG_PATH is 'relative'")


def test_what_nobody_thought_of_is_one_line_too(on_rclone: Fetcher, filled: str) -> None:
    # A stack that no memory can hold: no thread can be started, as when a limit on processes is reached.
    limited = replace(on_rclone, through=("prlimit", f"--stack={2**50}:{2**50}"))

    ended = limited(f"s3://{filled}/dags")

    assert_refused(ended, 70, "thread")
    assert on_rclone.tree == BEFORE


@pytest.fixture
def closed(on_rclone: Fetcher) -> Iterator[Fetcher]:
    """A target that nobody may write, nor the folder it lies in."""
    folders = [on_rclone.target, on_rclone.target.parent]
    for folder in folders:
        folder.chmod(0o555)
    yield replace(on_rclone, through=POWERLESS)
    for folder in folders:
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_named(closed: Fetcher, filled: str) -> None:
    ended = closed(f"s3://{filled}/dags")

    assert_refused(ended, 73, f"cannot write the DAG folder {closed.target}: Permission denied; .*group 0")
    assert closed.tree == BEFORE


def test_a_parent_that_cannot_be_written_does_not_matter(closed: Fetcher, filled: str) -> None:
    closed.target.chmod(0o755)

    assert_fetched(closed(f"s3://{filled}/dags"), 1, f"s3://{filled}/dags")

    assert closed.tree == {"a.py": b"a"}
    assert closed.leftovers == []


@pytest.mark.parametrize("below", ["", "/sub"])
def test_a_target_that_is_a_file_is_named(on_rclone: Fetcher, filled: str, below: str) -> None:
    wrong = Fetcher(Path(f"{on_rclone.target}/first.py{below}"), on_rclone.environment)

    ended = wrong(f"s3://{filled}/dags")

    assert_refused(ended, 73, "first.py")
    assert on_rclone.tree == BEFORE
