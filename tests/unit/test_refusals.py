"""What docker and a registry say when they refuse, and the error that a user gets."""

from __future__ import annotations

import pytest

from airflow_ecs_image.engine.client import engine_refusal, refusal
from airflow_ecs_image.engine.remote import registry_error, registry_host
from airflow_ecs_image.errors import BaseUnavailable, EngineUnavailable, ImageNotFound, ToolkitError


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            "dial tcp: lookup registry.example on 192.0.2.53:53: no such host",
            BaseUnavailable,
            "does not resolve",
        ),
        ("dial tcp 127.0.0.1:5000: connect: connection refused", BaseUnavailable, "connection refused"),
        ("net/http: TLS handshake timeout", BaseUnavailable, "no answer in time"),
        ("tls: failed to verify certificate: x509: unknown authority", BaseUnavailable, "certificate"),
        (
            "429 Too Many Requests - toomanyrequests: You have reached your pull rate limit",
            BaseUnavailable,
            "limit",
        ),
        ("unexpected status: 503 Service Unavailable", BaseUnavailable, "server error"),
        ("registry.example/team/timeout-x509:1: not found", ImageNotFound, "not found"),
        (
            "pull access denied, repository does not exist or may require authorization",
            ImageNotFound,
            "docker login",
        ),
        ("unexpected status from HEAD request: 401 Unauthorized", ImageNotFound, "docker login"),
    ],
)
def test_a_registry_s_answer_tells_out_of_reach_from_not_there(
    answer: str, kind: type[ToolkitError], words: str
) -> None:
    error = registry_error("registry.example/team/timeout-x509:1", f"ERROR: {answer}")

    assert isinstance(error, kind)
    assert words in f"{error} {error.mend}"


def test_another_failure_is_no_registry_s_answer() -> None:
    assert registry_error("image:1", "ERROR: something else") is None


@pytest.mark.parametrize(
    ("reference", "host"),
    [
        ("debian:trixie-slim", "docker.io"),
        ("apache/airflow:3.3.2", "docker.io"),
        ("localhost/team/image", "localhost"),
        ("127.0.0.1:5000/team/image:1", "127.0.0.1:5000"),
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow@sha256:0",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        ),
    ],
)
def test_the_registry_of_a_reference(reference: str, host: str) -> None:
    assert registry_host(reference) == host


@pytest.mark.parametrize(
    ("stderr", "words"),
    [
        (
            "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?",
            "no Docker engine answers",
        ),
        ("permission denied while trying to connect to the Docker daemon socket", "may not use"),
        ("docker: 'buildx' is not a docker command.\nSee 'docker --help'", "buildx"),
        ("docker: unknown command: docker buildx\n\nRun 'docker --help' for more information", "buildx"),
    ],
)
def test_an_engine_that_cannot_serve_has_one_line_and_a_mend(stderr: str, words: str) -> None:
    error = engine_refusal(stderr)

    assert isinstance(error, EngineUnavailable)
    assert words in str(error)
    assert error.mend


def test_a_refusal_of_docker_is_its_last_line_without_prefixes() -> None:
    error = refusal(
        "WARNING: x\ndocker: Error response from daemon: conflict\nRun 'docker --help'", command="rm"
    )

    assert str(error) == "docker rm: conflict"
