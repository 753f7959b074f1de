"""Where an image goes, by its name alone."""

from __future__ import annotations

import pytest

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.registry.repository import Repository, checked_tag, repository_and_tag, tag_of_image

ACCOUNT = "123456789012"


@pytest.mark.parametrize(
    ("host", "region", "fips", "dual_stack"),
    [
        ("dkr.ecr.eu-central-1.amazonaws.com", "eu-central-1", False, False),
        ("dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1", False, False),
        ("dkr.ecr.us-gov-west-1.amazonaws.com", "us-gov-west-1", False, False),
        ("dkr.ecr-fips.us-east-1.amazonaws.com", "us-east-1", True, False),
        ("dkr-ecr.eu-west-1.on.aws", "eu-west-1", False, True),
        ("dkr-ecr-fips.us-east-1.on.aws", "us-east-1", True, True),
        ("dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "cn-north-1", False, True),
        ("dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", False, False),
        ("dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", False, False),
    ],
)
def test_the_hosts_of_ecr(host: str, region: str, fips: bool, dual_stack: bool) -> None:
    place, tag = repository_and_tag(f"{ACCOUNT}.{host}/team/worker:1")
    assert place == Repository(
        f"{ACCOUNT}.{host}", "team/worker", "ecr", ACCOUNT, region, fips=fips, dual_stack=dual_stack
    )
    assert tag == "1"


@pytest.mark.parametrize(
    "host",
    [
        "12345.dkr.ecr.eu-central-1.amazonaws.com",
        f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com.example.com",
        f"{ACCOUNT}.dkr.ecr.amazonaws.com",
        f"x{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com",
    ],
)
def test_a_host_that_only_looks_like_ecr_gets_no_token(host: str) -> None:
    assert repository_and_tag(f"{host}/team/worker")[0].kind == "other"


@pytest.mark.parametrize("host", ["public.ecr.aws", "ecr-public.aws.com"])
def test_ecr_public(host: str) -> None:
    place, tag = repository_and_tag(f"{host}/a1b2c3d4/team/worker")
    assert (place.kind, place.region, tag) == ("ecr-public", "us-east-1", None)
    assert place.api_name == "team/worker"


@pytest.mark.parametrize(
    ("text", "host", "name", "tag"),
    [
        ("registry.example.com/team/worker", "registry.example.com", "team/worker", None),
        ("registry.example.com:5000/worker:1.0", "registry.example.com:5000", "worker", "1.0"),
        ("localhost/worker", "localhost", "worker", None),
        ("127.0.0.1:5000/a/b/c:x", "127.0.0.1:5000", "a/b/c", "x"),
        ("[::1]:5000/worker:1", "[::1]:5000", "worker", "1"),
        ("docker.io/team/worker", "docker.io", "team/worker", None),
    ],
)
def test_any_other_registry(text: str, host: str, name: str, tag: str | None) -> None:
    assert repository_and_tag(text) == (Repository(host, name), tag)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("worker", "names no registry"),
        ("team/worker:1", "names no registry"),
        ("registry.example.com/Team/worker", "no name of a repository"),
        ("registry.example.com/", "no name of a repository"),
        ("registry.example.com/worker@sha256:" + "0" * 64, "names a digest"),
        ("registry.example.com/worker:", "is no tag"),
        ("registry.example.com/worker:-x", "is no tag"),
        ("user:password@registry.example.com/worker", "is no host"),
        ("public.ecr.aws/worker", "has no alias"),
    ],
)
def test_what_is_no_repository(text: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        repository_and_tag(text)


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("worker:1", "1"),
        ("worker", "latest"),
        ("registry.example.com:5000/worker", "latest"),
        ("registry.example.com:5000/worker:2", "2"),
        ("sha256:" + "a" * 64, None),
        ("a" * 12, None),
        ("worker@sha256:" + "a" * 64, None),
    ],
)
def test_the_tag_of_an_image(image: str, tag: str | None) -> None:
    assert tag_of_image(image) == tag


@pytest.mark.parametrize("tag", ["", ".x", "a b", "x" * 129, "a/b"])
def test_what_is_no_tag(tag: str) -> None:
    with pytest.raises(SpecError):
        checked_tag(tag)
