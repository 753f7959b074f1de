"""What boto3 raises about ECR, in the toolkit's own words: one line and a mend, without a key or a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow_ecs_image.engine.redaction import redactor
from airflow_ecs_image.errors import AccessDenied, AwsCredentialsMissing, AwsUnavailable, ToolkitError
from airflow_ecs_image.registry.answers import not_allowed
from airflow_ecs_image.registry.repository import Repository

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

_CREDENTIALS_MEND = (
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in (`aws sso login`)"
)
# Amazon ECR API reference, "Common errors": what concerns the keys and not the rights they give.
_WRONG_KEYS = {
    "UnrecognizedClientException": "AWS does not know the access key, or its region knows no such account",
    "InvalidClientTokenId": "AWS does not know the access key",
    "InvalidSignatureException": "the secret key does not belong to the access key",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key",
    "ExpiredTokenException": "the credentials have expired",
    "ExpiredToken": "the credentials have expired",
    "RequestExpired": "the clock of this machine is wrong, or the credentials have expired",
}
_FORBIDDEN = ("AccessDeniedException", "AccessDenied", "NotAuthorized")


@contextmanager
def in_our_words(repository: Repository, action: str, own_account: str | None) -> Iterator[None]:
    """Turn boto3's errors into ours; `action` is the IAM action that was tried, such as `ecr:CreateRepository`."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        yield
    except ClientError as error:
        raise _refused(error, repository, action, own_account) from None
    except (BotoCoreError, HTTPClientError) as error:
        raise _not_reached(error, repository) from None


def code_of(error: ClientError) -> str:
    """AWS's word for what is wrong, such as `RepositoryNotFoundException`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _refused(
    error: ClientError, repository: Repository, action: str, own_account: str | None
) -> ToolkitError:
    code = code_of(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _WRONG_KEYS:
        return AccessDenied(f"{repository}: {_WRONG_KEYS[code]} ({code})", mend=_CREDENTIALS_MEND)
    if code in _FORBIDDEN or status in (401, 403):
        return not_allowed(repository, action, own_account)
    if status >= 500 or "Throttl" in code or code == "LimitExceededException":
        return AwsUnavailable(
            f"{repository}: ECR is not ready to answer {action} ({code}, {status})", mend="run it again later"
        )
    message = _one_line(error.response.get("Error", {}).get("Message", ""))
    return AwsUnavailable(
        f"{repository}: ECR answers {action} with {code}{f': {message}' if message else ''} ({status})",
        mend="correct what it names, then run it again",
    )


def _not_reached(error: BotoCoreError, repository: Repository) -> ToolkitError:
    from botocore import exceptions

    kind = type(error).__name__
    if isinstance(error, exceptions.ProfileNotFound):
        return AwsCredentialsMissing(
            _one_line(error), mend="correct AWS_PROFILE; `aws configure list-profiles`"
        )
    if "Credential" in kind or "Token" in kind or "SSO" in kind or "Login" in kind:
        return AwsCredentialsMissing(
            f"{repository}: no AWS credentials, which give the token of ECR ({kind})", mend=_CREDENTIALS_MEND
        )
    if isinstance(error, exceptions.SSLError):
        return AwsUnavailable(
            f"{repository}: the certificate of ECR's API is not trusted",
            mend="AWS_CA_BUNDLE with the file of your certificate authority",
        )
    if isinstance(error, exceptions.HTTPClientError | exceptions.EndpointConnectionError):
        return AwsUnavailable(
            f"{repository}: ECR's API in {repository.region} cannot be reached ({kind})",
            mend="correct the region in the repository; check network and HTTPS_PROXY",
        )
    return AwsUnavailable(f"{repository}: {kind}: {_one_line(error)}", mend="check the AWS configuration")


def _one_line(text: object) -> str:
    return redactor()(" ".join(str(text).split())).rstrip(".")
