"""ECR's API as moto speaks it: tokens, repositories, and each way in which it says no."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest

from airflow_ecs_image.errors import AccessDenied, AwsCredentialsMissing, AwsUnavailable, RepositoryNotFound
from airflow_ecs_image.registry.ecr import Ecr
from airflow_ecs_image.registry.repository import Repository, repository_and_tag

ACCOUNT = "123456789012"
"""The account of every key that moto does not know."""
HOST = f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com"


def repository(name: str, host: str = HOST) -> Repository:
    return repository_and_tag(f"{host}/{name}")[0]


def described(name: str, region: str = "eu-central-1") -> dict[str, object]:
    (found,) = boto3.client("ecr", region_name=region).describe_repositories(repositoryNames=[name])[
        "repositories"
    ]
    return dict(found)


@pytest.mark.usefixtures("aws")
class TestMoto:
    def test_a_token_is_a_user_and_a_password(self) -> None:
        ecr = Ecr(repository("team/token"))
        user, password = ecr.token()
        assert user == "AWS"
        assert password
        assert ecr.own_account == ACCOUNT

    def test_a_new_repository_has_immutable_tags_and_a_scan(self) -> None:
        ecr = Ecr(repository("team/new"))
        assert ecr.create() is True
        made = described("team/new")
        assert made["imageTagMutability"] == "IMMUTABLE"
        assert made["imageScanningConfiguration"] == {"scanOnPush": True}
        assert ecr.has_immutable_tags() is True

    def test_a_repository_that_is_there_stays_as_it_is(self) -> None:
        boto3.client("ecr", region_name="eu-central-1").create_repository(repositoryName="team/old")
        ecr = Ecr(repository("team/old"))
        assert ecr.create() is False
        assert described("team/old")["imageTagMutability"] == "MUTABLE"
        assert ecr.has_immutable_tags() is False

    def test_the_repository_is_made_in_the_region_of_its_host(self) -> None:
        Ecr(repository("team/there", f"{ACCOUNT}.dkr.ecr.ap-south-1.amazonaws.com")).create()
        assert described("team/there", "ap-south-1")["repositoryName"] == "team/there"
        with pytest.raises(RepositoryNotFound, match=r"no such repository in eu-central-1"):
            Ecr(repository("team/there")).has_immutable_tags()

    def test_a_missing_repository_names_the_flag_that_makes_it(self) -> None:
        with pytest.raises(RepositoryNotFound) as error:
            Ecr(repository("team/missing")).has_immutable_tags()
        assert error.value.message == f"{HOST}/team/missing: ECR has no such repository in eu-central-1"
        assert error.value.mend == "--create makes it; or correct name, region and account"

    def test_another_account_is_named(self) -> None:
        ecr = Ecr(repository("team/missing", HOST.replace(ACCOUNT, "210987654321")))
        ecr.token()
        with pytest.raises(RepositoryNotFound) as error:
            ecr.has_immutable_tags()
        assert error.value.mend == (
            f"these credentials are of account {ACCOUNT}: correct the account, or take credentials of that one"
        )


def test_no_credentials(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AwsCredentialsMissing, match="no AWS credentials"):
        Ecr(repository("team/worker")).token()


def test_an_unknown_profile(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    with pytest.raises(AwsCredentialsMissing, match="nobodys"):
        Ecr(repository("team/worker"))


def test_no_answer(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(AwsUnavailable, match=r"ECR's API in eu-central-1 cannot be reached"):
        Ecr(repository("team/worker")).token()


@contextmanager
def an_api_that_answers(
    answers: Mapping[str, tuple[int, object]],
) -> Iterator[list[dict[str, object]]]:
    """ECR's JSON protocol: one answer for each operation; yields what was asked, and its address in AWS_ENDPOINT_URL."""
    asked: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(
                {"operation": operation, "region": self.headers["Authorization"].split("/")[2], **body}
            )
            status, answer = answers[operation]
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
        try:
            yield asked
        finally:
            server.shutdown()
            server.server_close()
            thread.join(10)


def refusal(kind: str, message: str = "no") -> tuple[int, dict[str, object]]:
    return 400, {"__type": kind, "message": message}


@pytest.mark.usefixtures("aws")
class TestRefusals:
    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("AccessDeniedException", "AWS refuses ecr:GetAuthorizationToken"),
            ("ExpiredTokenException", "the credentials have expired"),
            ("UnrecognizedClientException", "AWS does not know the access key"),
            ("InvalidSignatureException", "the secret key does not belong to the access key"),
        ],
    )
    def test_of_a_token(self, kind: str, words: str) -> None:
        with (
            an_api_that_answers({"GetAuthorizationToken": refusal(kind)}),
            pytest.raises(AccessDenied, match=words),
        ):
            Ecr(repository("team/worker")).token()

    def test_of_a_new_repository(self) -> None:
        answers = {"CreateRepository": refusal("AccessDeniedException")}
        with an_api_that_answers(answers), pytest.raises(AccessDenied) as error:
            Ecr(repository("team/worker")).create()
        assert error.value.message == f"{HOST}/team/worker: AWS refuses ecr:CreateRepository"
        assert error.value.mend == "allow ecr:CreateRepository on it in the IAM policy of these credentials"

    def test_of_a_look_at_it_leaves_the_answer_to_the_registry(self) -> None:
        with an_api_that_answers({"DescribeRepositories": refusal("AccessDeniedException")}):
            assert Ecr(repository("team/worker")).has_immutable_tags() is None

    def test_for_want_of_time(self) -> None:
        answers = {"GetAuthorizationToken": refusal("ThrottlingException", "Rate exceeded")}
        with an_api_that_answers(answers), pytest.raises(AwsUnavailable, match="not ready to answer"):
            Ecr(repository("team/worker")).token()

    def test_for_an_invalid_name(self) -> None:
        answers = {
            "CreateRepository": refusal("InvalidParameterException", "Invalid parameter at 'repositoryName'")
        }
        with an_api_that_answers(answers), pytest.raises(AwsUnavailable, match="Invalid parameter at"):
            Ecr(repository("team/worker")).create()


@pytest.mark.usefixtures("aws")
def test_ecr_public() -> None:
    """moto has no ECR Public: an API of its own, whose requests boto3 makes by the real model."""
    login = base64.b64encode(b"AWS:a-token").decode()
    answers = {
        "GetAuthorizationToken": (200, {"authorizationData": {"authorizationToken": login}}),
        "CreateRepository": (200, {"repository": {"repositoryName": "worker"}}),
        "DescribeRepositories": (200, {"repositories": [{"repositoryName": "worker"}]}),
    }
    place = repository_and_tag("public.ecr.aws/a1b2c3d4/team/worker")[0]
    with an_api_that_answers(answers) as asked:
        ecr = Ecr(place)
        assert ecr.token() == ("AWS", "a-token")
        assert ecr.create() is True
        assert ecr.has_immutable_tags() is False
    assert {each["region"] for each in asked} == {"us-east-1"}
    # It knows neither immutable tags nor scans, and the alias is not part of the name.
    assert [each for each in asked if each["operation"] == "CreateRepository"] == [
        {"operation": "CreateRepository", "region": "us-east-1", "repositoryName": "team/worker"}
    ]


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        ("dkr.ecr.us-west-2.amazonaws.com", "https://api.ecr.us-west-2.amazonaws.com"),
        ("dkr.ecr.cn-north-1.amazonaws.com.cn", "https://api.ecr.cn-north-1.amazonaws.com.cn"),
        ("dkr.ecr-fips.us-gov-west-1.amazonaws.com", "https://ecr-fips.us-gov-west-1.amazonaws.com"),
        ("dkr-ecr.us-west-2.on.aws", "https://ecr.us-west-2.api.aws"),
        ("dkr.ecr.us-iso-east-1.c2s.ic.gov", "https://api.ecr.us-iso-east-1.c2s.ic.gov"),
    ],
)
def test_the_api_of_each_kind_of_host(
    aws: str, monkeypatch: pytest.MonkeyPatch, host: str, endpoint: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    ecr = Ecr(repository("team/worker", f"{ACCOUNT}.{host}"))
    assert ecr._client.meta.endpoint_url == endpoint
