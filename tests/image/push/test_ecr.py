"""`push` to ECR: moto's API, and a registry that answers as ECR does and lets nobody in without a token.

The name of the registry leads nowhere from here, so that the tests alone let it lead to that registry.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from airflow_ecs_image.registry.ecr import Ecr
from airflow_ecs_image.registry.repository import Repository, repository_and_tag
from tests.s3.moto_server import ACCESS_KEY, REGION, SECRET_KEY, s3_endpoint

from .pushing import Pusher, digest_in_registry
from .registry_front import Front, has_immutable, has_no_repository, wants_token

ACCOUNT = "123456789012"
HOST = f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com"


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    with s3_endpoint() as endpoint:
        yield endpoint.url


class Tokens:
    """Counts those that ECR gave."""

    def __init__(self) -> None:
        self.given = 0
        self.folders: list[tuple[int, int]] = []


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> Tokens:
    counted = Tokens()
    fetch = Ecr.token

    def token(self: Ecr) -> tuple[str, str]:
        counted.given += 1
        return fetch(self)

    monkeypatch.setattr(Ecr, "token", token)
    return counted


@pytest.fixture
def ecr(front: Front, moto: str, tokens: Tokens, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Front:
    """The registry behind ECR's name; it accepts the tokens of moto."""

    def leads_here(text: str) -> tuple[Repository, str | None]:
        place, tag = repository_and_tag(text)
        return (replace(place, host=front.address), tag) if place.kind == "ecr" else (place, tag)

    monkeypatch.setattr("airflow_ecs_image.registry.push.repository_and_tag", leads_here)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    front.rules.append(wants_token(lambda password: "auth-token" in password, lambda _: False))
    return front


def made(name: str) -> dict[str, object]:
    """Make a repository as `--create` would not: with tags that can move."""
    client = boto3.client("ecr", region_name="eu-central-1")
    return dict(client.create_repository(repositoryName=name)["repository"])


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
@pytest.mark.usefixtures("ecr")
def test_create_makes_the_repository_and_the_push_logs_in(
    push: Pusher, image: str, name: str, local_registry: object, front: Front, compression: str
) -> None:
    document = push.document(image, f"{HOST}/{name}:1", "--create", "--compression", compression)
    (found,) = boto3.client("ecr", region_name="eu-central-1").describe_repositories(repositoryNames=[name])[
        "repositories"
    ]
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    assert document["digest"] == digest_in_registry(f"{front.upstream}/{name}:1")
    # A second time nothing is made, and nothing is pushed.
    again = push(image, f"{HOST}/{name}:1", "--create", "--compression", compression)
    assert again.code == 0, again.err
    assert "it is there already" in again.out
    assert again.last_line.endswith(document["digest"])


@pytest.mark.usefixtures("ecr")
def test_a_missing_repository(push: Pusher, image: str, name: str, front: Front) -> None:
    outcome = push(image, f"{HOST}/{name}:1")
    assert outcome.code == 23
    assert outcome.error.endswith(f"/{name}: ECR has no such repository in eu-central-1")
    assert outcome.mend.startswith("--create makes it")
    assert front.requests == []


@pytest.mark.usefixtures("ecr")
def test_a_repository_that_is_gone_meanwhile(push: Pusher, image: str, name: str, front: Front) -> None:
    made(name)
    front.rules.append(has_no_repository(name))
    outcome = push(image, f"{HOST}/{name}:1")
    assert outcome.code == 23
    assert outcome.mend.startswith("--create makes it")


@pytest.mark.usefixtures("ecr")
def test_another_image_under_an_immutable_tag_is_refused_before_anything_is_sent(
    push: Pusher, make_image: Callable[..., str], name: str, front: Front
) -> None:
    first = push.document(make_image(), f"{HOST}/{name}:1", "--create")
    front.requests.clear()
    outcome = push(make_image(), f"{HOST}/{name}:1")
    assert outcome.code == 24
    assert not [request for request in front.requests if request.method in ("PUT", "POST", "PATCH")]
    assert digest_in_registry(f"{front.upstream}/{name}:1") == first["digest"]


@pytest.mark.usefixtures("ecr")
def test_what_only_the_registry_knows_to_be_immutable(
    push: Pusher, make_image: Callable[..., str], name: str, front: Front
) -> None:
    made(name)
    push.document(make_image(), f"{HOST}/{name}:1")
    front.rules.append(has_immutable("1", name))
    assert push(make_image(), f"{HOST}/{name}:1").code == 24


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
@pytest.mark.usefixtures("ecr")
def test_an_expired_token_is_fetched_afresh_once(
    push: Pusher, image: str, name: str, front: Front, tokens: Tokens, compression: str
) -> None:
    made(name)
    front.rules.insert(0, wants_token(lambda _: True, lambda _: tokens.given < 2))
    outcome = push(image, f"{HOST}/{name}:1", "--compression", compression)
    assert outcome.code == 0, outcome.err
    assert tokens.given == 2
    assert sum("the token has expired; a fresh one was fetched" in line for line in outcome.lines) == 1


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
@pytest.mark.usefixtures("ecr")
def test_a_token_that_is_always_expired(
    push: Pusher, image: str, name: str, front: Front, tokens: Tokens, compression: str
) -> None:
    made(name)
    front.rules.insert(0, wants_token(lambda _: True, lambda _: True))
    outcome = push(image, f"{HOST}/{name}:1", "--compression", compression)
    assert outcome.code == 22
    assert outcome.error.endswith("ECR does not accept a token that it gave a moment ago")
    assert tokens.given == 2


@pytest.mark.usefixtures("ecr")
def test_the_token_is_nobody_elses_and_does_not_stay(
    push: Pusher, image: str, name: str, front: Front, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made(name)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    seen: list[tuple[int, int]] = []

    def look(request: object) -> None:
        (file,) = temporary.glob("airflow-ecs-image-login-*/config.json")
        seen.append((stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)))

    front.rules.insert(0, look)
    assert push(image, f"{HOST}/{name}:1").code == 0
    assert set(seen) == {(0o600, 0o700)}
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "docker").exists()


@pytest.mark.usefixtures("ecr")
def test_no_aws_credentials(
    push: Pusher, image: str, name: str, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    outcome = push(image, f"{HOST}/{name}:1")
    assert outcome.code == 15
    assert front.requests == []


@pytest.mark.usefixtures("ecr")
def test_credentials_of_another_account_are_told(push: Pusher, image: str, name: str) -> None:
    outcome = push(image, f"{HOST.replace(ACCOUNT, '210987654321')}/{name}:1")
    assert outcome.code == 23
    assert f"note: the credentials are of account {ACCOUNT}, the repository of 210987654321" in outcome.lines
    assert outcome.mend.startswith(f"these credentials are of account {ACCOUNT}")
