"""A fetch that fails ends the container before the worker: one line with the mend, and an exit code of its own."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.engine import containers
from airflow_ecs_image.engine.containers import Completed
from tests.s3.certificates import Authority
from tests.s3.fault_proxy import FaultProxy, fault_proxy
from tests.s3.faults import SLOW_DOWN, Answer, Fault, Plan, always, healthy
from tests.s3.moto_server import SECRET_KEY, S3Endpoint, s3_endpoint
from tests.waiting import until

from .bridge import bridge_address
from .worker_images import WorkerImage

BUCKET = "dag-bucket"
URI = f"s3://{BUCKET}/team/dags"
MARKER = "the worker ran"
TOKEN = "token-of-nobody-77aa"
FOLDER = "/opt/airflow/dags"


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Endpoint]:
    with s3_endpoint(bridge_address()) as endpoint:
        endpoint.fill(
            BUCKET,
            {
                "team/dags/a.py": b"a",
                "big/a.bin": bytes(1_500_000),
                "big/b.bin": bytes(1_500_000),
                "evil/ok.py": b"",
                "evil/../evil.py": b"",
                "broken.tgz": b"no archive",
            },
        )
        yield endpoint


@pytest.fixture(scope="module")
def proxy(s3: S3Endpoint) -> Iterator[FaultProxy]:
    with fault_proxy(s3.url, address=bridge_address()) as running:
        yield running


def run_worker(image: WorkerImage, s3: S3Endpoint, environment: dict[str, str], **options: Any) -> Completed:
    command = ["python", "-c", f"print({MARKER!r})"]
    whole = {**s3.environment, "AWS_SESSION_TOKEN": TOKEN, "S3_URI": URI, **environment}
    return containers.run(image.tag, command, environment={k: v for k, v in whole.items() if v}, **options)


def assert_refused(completed: Completed, code: int, pattern: str) -> None:
    """The container has ended by itself, with one line and no secret in it, and no worker ran."""
    assert (completed.exit_code, completed.stdout) == (code, ""), completed.stderr
    assert len(completed.stderr.splitlines()) == 1, completed.stderr
    assert re.match(f"fetch-dags: .*{pattern}.*; .", completed.stderr), completed.stderr
    assert SECRET_KEY not in completed.stderr
    assert TOKEN not in completed.stderr


@dataclass(frozen=True)
class Case:
    """One way to fail: its variables and plan, and the exit code and part of the line that it has to end with."""

    code: int
    pattern: str
    environment: dict[str, str] = field(default_factory=dict)
    plan: Plan = healthy
    options: dict[str, Any] = field(default_factory=dict)


CASES = {
    "bad URI": Case(64, "S3_URI is 's3://'", {"S3_URI": "s3://"}),
    "bad setting": Case(64, "DAG_FETCH_TIMEOUT is 'soon'", {"DAG_FETCH_TIMEOUT": "soon"}),
    "hostile key": Case(65, r"the key '\.\./evil\.py' would leave the DAG folder", {"S3_URI": f"s3://{BUCKET}/evil"}),
    "no archive": Case(65, "cannot be extracted", {"S3_URI": f"s3://{BUCKET}/broken.tgz"}),
    "empty prefix": Case(66, "s3://dag-bucket/nothing holds no file", {"S3_URI": f"s3://{BUCKET}/nothing"}),
    "no bucket": Case(67, "the bucket 'no-such-bucket' does not exist", {"S3_URI": "s3://no-such-bucket/dags"}),
    "no name": Case(68, "amazonaws.com does not resolve", {"AWS_ENDPOINT_URL_S3": ""}, options={"network": "none"}),
    "throttled": Case(69, "503 SlowDown", plan=always(SLOW_DOWN)),
    "no object": Case(72, "there is no object", {"S3_URI": f"s3://{BUCKET}/no-such.tar.gz"}),
    "read-only": Case(73, f"cannot write the DAG folder {FOLDER}: Read-only file system", options={"read_only": True}),
    "read-only volume": Case(
        73, "Read-only file system", options={"temporary_folders": [f"{FOLDER}:ro"]}
    ),
    "full disk": Case(
        74, f"no space is left for the DAG folder {FOLDER}",
        {"S3_URI": f"s3://{BUCKET}/big"}, options={"temporary_folders": [f"{FOLDER}:size=1m"]},
    ),
    "full disk of a read-only container": Case(
        74, f"no space is left for the DAG folder {FOLDER}",
        {"S3_URI": f"s3://{BUCKET}/big"},
        options={"read_only": True, "temporary_folders": [f"{FOLDER}:size=1m"], "user": "12345:0"},
    ),
    "timeout": Case(75, "within 2 s", {"DAG_FETCH_TIMEOUT": "2"}, plan=always(Fault(never_answers=True))),
    "denied": Case(77, "AccessDenied", plan=always(Fault(answer=Answer(403, "AccessDenied")))),
    "expired": Case(77, "ExpiredToken", plan=always(Fault(answer=Answer(400, "ExpiredToken")))),
    "no credentials": Case(
        78, "credentials",
        {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"},
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_failure_ends_the_container_with_its_own_line(
    default_image: WorkerImage, s3: S3Endpoint, proxy: FaultProxy, name: str
) -> None:
    case = CASES[name]
    proxy.forget(case.plan)
    environment = {"AWS_ENDPOINT_URL_S3": proxy.url, **case.environment}

    completed = run_worker(default_image, s3, environment, **case.options)

    print(f"{name}: {completed.exit_code}, {completed.seconds:.1f} s: {completed.stderr}")  # noqa: T201 - for pytest -s
    assert_refused(completed, case.code, case.pattern)


def test_a_certificate_that_is_not_trusted_ends_it(
    default_image: WorkerImage, s3: S3Endpoint, tmp_path: Path
) -> None:
    tls = Authority(tmp_path).server([bridge_address()])
    with fault_proxy(s3.url, address=bridge_address(), tls=tls) as proxy:
        completed = run_worker(default_image, s3, {"AWS_ENDPOINT_URL_S3": proxy.url})

    assert_refused(completed, 76, f"the certificate of {bridge_address()} is not trusted")


def test_a_program_can_read_why(default_image: WorkerImage, s3: S3Endpoint) -> None:
    uri = f"s3://{BUCKET}/nothing"

    completed = run_worker(default_image, s3, {"S3_URI": uri, "ENTRYPOINT_LOG_FORMAT": "json"})

    assert (completed.exit_code, completed.stdout) == (66, "")
    document = json.loads(completed.stderr)
    assert (document["event"], document["source"], document["exit_code"], document["reason"]) == (
        "dags-not-fetched", uri, 66, "nothing-found"
    )  # fmt: skip


@pytest.mark.parametrize("listening", [False, True], ids=["nobody listens", "nobody answers"])
def test_a_dead_endpoint_is_given_up_and_named(
    default_image: WorkerImage, s3: S3Endpoint, listening: bool
) -> None:
    with socket.socket() as endpoint:
        endpoint.bind((bridge_address(), 0))
        if listening:
            endpoint.listen()
        address = f"{bridge_address()}:{endpoint.getsockname()[1]}"

        completed = run_worker(
            default_image, s3, {"AWS_ENDPOINT_URL_S3": f"http://{address}", "DAG_FETCH_TIMEOUT": "3"}
        )

    assert_refused(completed, *((75, "within 3 s") if listening else (69, f"{address} cannot be reached")))


@pytest.mark.parametrize(
    "uri", [f"s3://{BUCKET}/nothing", f"s3://{BUCKET}/evil", f"s3://{BUCKET}/broken.tgz"]
)
def test_a_failed_fetch_leaves_the_folder_as_it_was(
    default_image: WorkerImage, s3: S3Endpoint, uri: str
) -> None:
    listing = "find /opt/airflow/dags -printf '%p %m %u %g %T@ %s\\n' | sort; ls -A /opt/airflow"
    script = f"{listing}; /opt/airflow-ecs-image/entrypoint version; echo; {listing}"

    completed = containers.run(
        default_image.tag,
        ["-c", script],
        entrypoint="bash",
        environment={**s3.environment, "S3_URI": uri},
    )

    before, _, after = completed.stdout.partition("\n\n")
    assert "py" in before
    assert before.strip() == after.strip()


@pytest.mark.parametrize("user", [None, "12345:0"])
def test_stopping_the_container_ends_the_fetch(
    default_image: WorkerImage, s3: S3Endpoint, proxy: FaultProxy, user: str | None
) -> None:
    proxy.forget(always(Fault(never_answers=True)))
    environment = {**s3.environment, "S3_URI": URI, "AWS_ENDPOINT_URL_S3": proxy.url}
    command = ["python", "-c", f"print({MARKER!r})"]
    with containers.start(default_image.tag, command, environment=environment, user=user) as container:
        until(lambda: bool(proxy.requests), "the request is on its way", seconds=60)
        container.kill("TERM")
        # A second is what was promised; the engine itself takes some of what comes on top.
        assert container.wait(timeout=4) == 143
        logs = container.logs()

    assert logs.stdout == ""
    assert logs.stderr.startswith("fetch-dags: the container was stopped")
    assert logs.stderr.count("\n") == 1
