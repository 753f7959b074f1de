"""What docker, buildx and skopeo print when a registry says no; the texts are as they print them."""

from __future__ import annotations

import pytest

from airflow_ecs_image.errors import (
    AccessDenied,
    DiskFull,
    EngineUnavailable,
    RegistryRefused,
    RegistryUnavailable,
    RepositoryNotFound,
    TagTaken,
    ToolkitError,
)
from airflow_ecs_image.registry.answers import TokenExpired, Transient, failure, is_not_there
from airflow_ecs_image.registry.repository import repository_and_tag

ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
PLACE = repository_and_tag(f"{ECR}/team/worker")[0]
OTHER = repository_and_tag("registry.example.com/team/worker")[0]


@pytest.mark.parametrize(
    ("stderr", "kind"),
    [
        (
            (
                "tag invalid: The image tag '1' already exists in the 'team/worker' repository and cannot be overwritten "
                "because the tag is immutable."
            ),
            TagTaken,
        ),
        (
            "unknown: Failed to process request due to 'worker:1' configured as immutable.",
            TagTaken,
        ),
        (
            "name unknown: The repository with name 'team/worker' does not exist in the registry with id '1'",
            RepositoryNotFound,
        ),
        ("denied: Your authorization token has expired. Reauthenticate and try again.", TokenExpired),
        ("no basic auth credentials", RegistryRefused),
        ("unauthorized: authentication required", RegistryRefused),
        ("denied: requested access to the resource is denied", RegistryRefused),
        (
            (
                "denied: User: arn:aws:sts::123456789012:assumed-role/ci/1 is not authorized to perform: "
                "ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu-central-1:123456789012:repository/team/worker "
                "because no identity-based policy allows the ecr:InitiateLayerUpload action"
            ),
            AccessDenied,
        ),
        (
            (
                'time="2026-11-25T00:03:37Z" level=fatal msg="trying to reuse blob sha256:0 at destination: failed to '
                'read from destination repository team/worker: 403 (Forbidden)"'
            ),
            TokenExpired,
        ),
        (
            'Error response from daemon: Get "https://registry/v2/": x509: certificate signed by unknown authority',
            RegistryUnavailable,
        ),
        (
            'Get "https://registry/v2/": http: server gave HTTP response to HTTPS client',
            RegistryUnavailable,
        ),
        ('Get "https://registry/v2/": dial tcp: lookup registry: no such host', RegistryUnavailable),
        (
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            EngineUnavailable,
        ),
        (
            "permission denied while trying to connect to the Docker daemon socket",
            EngineUnavailable,
        ),
        ("write /var/lib/docker/tmp/x: no space left on device", DiskFull),
        ("something that nobody has seen before", ToolkitError),
    ],
)
def test_what_stays(stderr: str, kind: type[Exception]) -> None:
    assert type(failure(stderr, PLACE, "1")) is kind or (
        kind is ToolkitError and isinstance(failure(stderr, PLACE, "1"), ToolkitError)
    )


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        ("received unexpected HTTP status: 503 Service Unavailable", "it answers with a server error"),
        ("toomanyrequests: Rate exceeded", "too many requests"),
        ("unexpected EOF", "the connection broke off"),
        (
            (
                'Patch "https://x/v2/team/worker/blobs/uploads/1": write tcp 10.0.0.1:1->10.0.0.2:443: '
                "write: connection reset by peer"
            ),
            "the connection broke off",
        ),
        ('Put "https://x/v2/": net/http: TLS handshake timeout', "no answer in time"),
        (
            'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
            "connection refused",
        ),
        ("dial tcp: lookup x on 10.0.0.2:53: server misbehaving", "its name does not resolve at the moment"),
        ("dial tcp 10.0.0.1:443: connect: network is unreachable", "no route to it"),
    ],
)
def test_what_may_pass(stderr: str, reason: str) -> None:
    found = failure(stderr, PLACE, "1")
    assert isinstance(found, Transient)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("repository", "tag"),
    [("team/eof", "1"), ("503", "1"), ("denied", "unauthorized"), ("a", "e"), ("team/worker", "502")],
)
def test_a_name_does_not_decide(repository: str, tag: str) -> None:
    place = repository_and_tag(f"registry.example.com/{repository}")[0]
    unknown = f'Put "https://registry.example.com/v2/{repository}/manifests/{tag}": something is wrong'
    assert not isinstance(failure(unknown, place, tag), Transient | RegistryRefused)
    refused = failure("unauthorized: authentication required", place, tag)
    assert isinstance(refused, RegistryRefused)
    taken = f"The image tag '{tag}' already exists in the '{repository}' repository: the tag is immutable."
    assert isinstance(failure(taken, place, tag), TagTaken)


def test_the_mends() -> None:
    refused = failure("no basic auth credentials", OTHER, "1")
    assert isinstance(refused, RegistryRefused)
    assert refused.mend == "docker login registry.example.com"
    hub = failure("unauthorized: x", repository_and_tag("docker.io/team/worker")[0], "1")
    assert isinstance(hub, RegistryRefused)
    assert hub.mend == "docker login docker.io"
    forbidden = failure("denied: not authorized to perform: ecr:PutImage on resource: x", PLACE, "1")
    assert isinstance(forbidden, AccessDenied)
    assert forbidden.message == f"{PLACE}: AWS refuses ecr:PutImage"


def test_a_login_in_an_address_is_not_shown() -> None:
    error = failure("proxy http://user:pass-word@proxy:3128 is strange", OTHER, "1")
    assert isinstance(error, ToolkitError)
    assert "pass-word" not in error.message


@pytest.mark.parametrize(
    "stderr",
    ["ERROR: registry.example.com/x:1: not found", "name unknown: repository name not known to registry"],
)
def test_what_is_not_there(stderr: str) -> None:
    assert is_not_there(stderr)
    assert not is_not_there("unauthorized: authentication required")
