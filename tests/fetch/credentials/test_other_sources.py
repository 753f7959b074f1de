"""Everything else that botocore knows, and which source comes first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fetch.fetcher import Fetcher, assert_refused
from tests.s3.credential_servers import CredentialServer
from tests.s3.fault_proxy import FaultProxy, fault_proxy
from tests.s3.faults import (
    HEALTHY,
    Answer,
    Fault,
    Request,
)
from tests.s3.moto_server import S3Endpoint, roles_assumed

from .keys import BUCKET, FILES, OTHER, TEMPORARY, URI, assert_right


def test_instance_metadata(fetch: Fetcher, source: CredentialServer) -> None:
    ended = fetch(URI, AWS_EC2_METADATA_DISABLED=None, AWS_EC2_METADATA_SERVICE_ENDPOINT=source.url)

    assert_right(ended, fetch)
    # Version 2: with a token, which version 1 did without.
    assert source.asked[0] == ("PUT /latest/api/token", 200)
    assert {status for _, status in source.asked} <= {200, 404}


@pytest.mark.parametrize("selected", ["default", "of the team"])
def test_a_profile_and_its_region(fetch: Fetcher, s3: FaultProxy, tmp_path: Path, selected: str) -> None:
    (tmp_path / "credentials").write_text(
        f"[{selected}]\naws_access_key_id = {TEMPORARY.access_key}\n"
        f"aws_secret_access_key = {TEMPORARY.secret_key}\naws_session_token = {TEMPORARY.token}\n"
    )
    section = "default" if selected == "default" else f'profile "{selected}"'
    (tmp_path / "config").write_text(f"[{section}]\nregion = sa-east-1\n")
    profile = {} if selected == "default" else {"AWS_PROFILE": selected}

    ended = fetch(
        URI,
        AWS_REGION=None,
        AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "credentials"),
        AWS_CONFIG_FILE=str(tmp_path / "config"),
        **profile,
    )

    assert_right(ended, fetch)
    assert {request.region for request in s3.requests} == {"sa-east-1"}


def test_a_profile_that_is_not_there_is_named(fetch: Fetcher) -> None:
    assert_refused(fetch(URI, AWS_PROFILE="no-such-profile"), 78, "no-such-profile")


def test_a_process_that_a_profile_names(fetch: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "answer").write_text(
        f'{{"Version": 1, "AccessKeyId": "{TEMPORARY.access_key}", '
        f'"SecretAccessKey": "{TEMPORARY.secret_key}", "SessionToken": "{TEMPORARY.token}"}}'
    )
    (tmp_path / "config").write_text(f"[default]\ncredential_process = cat {tmp_path / 'answer'}\n")

    assert_right(fetch(URI, AWS_CONFIG_FILE=str(tmp_path / "config")), fetch)


@contextmanager
def web_identity(moto: S3Endpoint, folder: Path) -> Iterator[dict[str, str | None]]:
    """Moto's STS gives the credentials, and moto's S3 is asked with them."""
    (folder / "token").write_text("a-web-identity-token-canary")
    known = len(roles_assumed())

    def plan(request: Request) -> Fault:
        right = any(
            (role.access_key_id, role.session_token)
            == (request.access_key, request.header("x-amz-security-token"))
            for role in roles_assumed()[known:]
        )
        return HEALTHY if right else Fault(answer=Answer(403, "InvalidAccessKeyId"))

    with fault_proxy(moto.url, plan) as proxy:
        yield {
            "AWS_ENDPOINT_URL_S3": proxy.url,
            "AWS_ENDPOINT_URL_STS": moto.url,
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/dags",
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(folder / "token"),
            "AWS_ROLE_SESSION_NAME": "worker",
        }


def test_web_identity(fetch: Fetcher, moto: S3Endpoint, tmp_path: Path) -> None:
    moto.fill(BUCKET, {f"dags/{name}": content for name, content in FILES.items()})
    with web_identity(moto, tmp_path) as environment:
        assert_right(fetch(URI, **environment), fetch)

        (tmp_path / "token").unlink()
        assert_refused(
            fetch(URI, **environment), 78, "credentials that are configured cannot be had", "canary"
        )


def test_the_environment_comes_first(fetch: Fetcher, source: CredentialServer, tmp_path: Path) -> None:
    source.keys = OTHER
    (tmp_path / "credentials").write_text(
        f"[default]\naws_access_key_id = {OTHER.access_key}\naws_secret_access_key = {OTHER.secret_key}\n"
    )

    ended = fetch(
        URI,
        AWS_ACCESS_KEY_ID=TEMPORARY.access_key,
        AWS_SECRET_ACCESS_KEY=TEMPORARY.secret_key,
        AWS_SESSION_TOKEN=TEMPORARY.token,
        AWS_CONTAINER_CREDENTIALS_FULL_URI=source.container_url,
        AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "credentials"),
    )

    assert_right(ended, fetch)
    assert source.asked == []


def test_a_profile_comes_before_the_container_as_botocore_has_it(
    fetch: Fetcher, source: CredentialServer, tmp_path: Path
) -> None:
    source.keys = OTHER
    (tmp_path / "credentials").write_text(
        f"[default]\naws_access_key_id = {TEMPORARY.access_key}\n"
        f"aws_secret_access_key = {TEMPORARY.secret_key}\naws_session_token = {TEMPORARY.token}\n"
    )

    ended = fetch(
        URI,
        AWS_CONTAINER_CREDENTIALS_FULL_URI=source.container_url,
        AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "credentials"),
    )

    assert_right(ended, fetch)
    assert source.asked == []


def test_a_config_file_without_keys_does_not_hide_the_container(
    fetch: Fetcher, source: CredentialServer, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[default]\nregion = eu-central-1\n")

    ended = fetch(
        URI,
        AWS_CONTAINER_CREDENTIALS_FULL_URI=source.container_url,
        AWS_CONFIG_FILE=str(tmp_path / "config"),
    )

    assert_right(ended, fetch)
    assert source.asked
