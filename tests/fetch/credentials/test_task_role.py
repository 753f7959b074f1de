"""What ECS gives a container: the environment, and the endpoint of its agent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fetch.fetcher import BEFORE, Fetcher, assert_refused
from tests.s3.credential_servers import CredentialServer, credential_server
from tests.s3.fault_proxy import FaultProxy, fault_proxy
from tests.s3.faults import (
    HEALTHY,
    SLOW_DOWN,
    Answer,
    Damage,
    Fault,
    Request,
    always,
    first,
    signed_by,
)

from .keys import LASTING, OTHER, SECRETS, TEMPORARY, URI, assert_right


def test_the_environment(fetch: Fetcher, s3: FaultProxy) -> None:
    ended = fetch(
        URI,
        AWS_ACCESS_KEY_ID=TEMPORARY.access_key,
        AWS_SECRET_ACCESS_KEY=TEMPORARY.secret_key,
        AWS_SESSION_TOKEN=TEMPORARY.token,
    )

    assert_right(ended, fetch)
    assert all(request.header("x-amz-security-token") == TEMPORARY.token for request in s3.requests)
    assert all(TEMPORARY.secret_key.encode() not in request.head for request in s3.requests)


def test_lasting_keys_send_no_token(fetch: Fetcher, s3: FaultProxy) -> None:
    s3.plan = signed_by(LASTING.access_key, None)

    ended = fetch(URI, AWS_ACCESS_KEY_ID=LASTING.access_key, AWS_SECRET_ACCESS_KEY=LASTING.secret_key)

    assert_right(ended, fetch)


def test_a_token_that_is_missing_is_s3s_refusal(fetch: Fetcher) -> None:
    ended = fetch(URI, AWS_ACCESS_KEY_ID=TEMPORARY.access_key, AWS_SECRET_ACCESS_KEY=TEMPORARY.secret_key)

    assert_refused(ended, 77, "InvalidToken.*AWS_SESSION_TOKEN", *SECRETS)


def test_the_containers_endpoint(fetch: Fetcher, source: CredentialServer) -> None:
    ended = fetch(URI, AWS_CONTAINER_CREDENTIALS_FULL_URI=source.container_url)

    assert_right(ended, fetch)
    # Asked once, however many connections there are.
    assert [status for _, status in source.asked] == [200]


def test_the_containers_endpoint_with_a_token(fetch: Fetcher) -> None:
    with credential_server(TEMPORARY, lambda: "Basic right") as source:
        where = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": source.container_url}

        assert_right(fetch(URI, **where, AWS_CONTAINER_AUTHORIZATION_TOKEN="Basic right"), fetch)

        wrong = fetch(URI, **where, AWS_CONTAINER_AUTHORIZATION_TOKEN="Basic wrong-canary")
        assert_refused(wrong, 78, "endpoint answers 401; .*task role", "canary", *SECRETS)


def test_the_containers_endpoint_with_a_token_file_that_rotates(fetch: Fetcher, tmp_path: Path) -> None:
    token = tmp_path / "token"
    with credential_server(TEMPORARY, token.read_text) as source:
        where = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": source.container_url,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token),
            # The file comes before it.
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "another",
        }
        for content in ("first-canary", "second-canary"):
            token.write_text(content)
            assert_right(fetch(URI, **where), fetch)

        token.unlink()
        assert_refused(
            fetch(URI, **where), 78, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is .*No such file", *SECRETS
        )


def test_a_token_of_two_lines_is_refused(fetch: Fetcher, source: CredentialServer, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("canary\r\nX-Evil: yes")

    ended = fetch(
        URI,
        AWS_CONTAINER_CREDENTIALS_FULL_URI=source.container_url,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(tmp_path / "token"),
    )

    assert_refused(ended, 78, "line break", "canary")
    assert source.asked == []


@pytest.mark.parametrize("url", ["http://192.0.2.1/creds", "http://credentials.example/creds"])
def test_credentials_do_not_travel_over_plain_http(fetch: Fetcher, url: str) -> None:
    ended = fetch(URI, AWS_CONTAINER_CREDENTIALS_FULL_URI=url, AWS_CONTAINER_AUTHORIZATION_TOKEN="canary")

    assert_refused(ended, 78, "plain HTTP is not safe", "canary")


@pytest.mark.parametrize(
    "fault", [SLOW_DOWN, Fault(answer=Answer(500, "x")), Fault(damage=Damage("reset", 0.5))]
)
def test_an_endpoint_that_stumbles_is_asked_again(
    fetch: Fetcher, source: CredentialServer, fault: Fault
) -> None:
    with fault_proxy(source.url, first(3, fault)) as between:
        ended = fetch(
            URI,
            AWS_CONTAINER_CREDENTIALS_FULL_URI=between.url + source.container_url.removeprefix(source.url),
        )

    assert_right(ended, fetch)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_an_endpoint_that_refuses_is_named(fetch: Fetcher, source: CredentialServer, status: int) -> None:
    with fault_proxy(source.url, always(Fault(answer=Answer(status, "x")))) as between:
        ended = fetch(
            URI,
            AWS_CONTAINER_CREDENTIALS_FULL_URI=between.url + source.container_url.removeprefix(source.url),
        )

    assert_refused(ended, 78, f"credentials endpoint answers {status}")
    assert fetch.tree == BEFORE


def test_an_endpoint_that_says_something_else_is_named(fetch: Fetcher, source: CredentialServer) -> None:
    with fault_proxy(source.url, always(Fault(damage=Damage("corrupt", 0)))) as between:
        ended = fetch(
            URI,
            AWS_CONTAINER_CREDENTIALS_FULL_URI=between.url + source.container_url.removeprefix(source.url),
        )

    assert_refused(ended, 78, "does not answer with credentials", *SECRETS)


def test_an_endpoint_that_is_not_there_is_no_credentials(fetch: Fetcher) -> None:
    ended = fetch(URI, AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1:1/creds")

    assert ended.code == 78, ended
    assert "127.0.0.1:1" in ended.stderr


def test_credentials_that_run_out_are_asked_for_again(
    fetch: Fetcher, s3: FaultProxy, source: CredentialServer
) -> None:
    def plan(request: Request) -> Fault:
        if request.access_key == TEMPORARY.access_key:
            source.keys = OTHER
            return Fault(answer=Answer(400, "ExpiredToken"))
        return HEALTHY

    s3.plan = plan

    assert_right(fetch(URI, AWS_CONTAINER_CREDENTIALS_FULL_URI=source.container_url), fetch)

    assert s3.requests[-1].access_key == OTHER.access_key


def test_credentials_that_have_run_out_for_good_are_named(fetch: Fetcher, s3: FaultProxy) -> None:
    s3.plan = always(Fault(answer=Answer(400, "ExpiredToken")))
    with credential_server(replace(TEMPORARY, seconds=-60)) as source:
        ended = fetch(URI, AWS_CONTAINER_CREDENTIALS_FULL_URI=source.container_url)

    assert_refused(ended, 77, "ExpiredToken", *SECRETS)
