"""What boto3 raises, in the toolkit's own words: one line and a mend, without a key, a token or a login."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow_ecs_image.errors import AccessDenied, AwsCredentialsMissing, AwsUnavailable, ToolkitError

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

CREDENTIALS_MEND = (
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in (`aws sso login`)"
)
# AWS's general reference, "Common errors": what concerns the keys and not the rights they give.
_WRONG_KEYS = {
    "UnrecognizedClientException": "AWS does not know the access key, or the region has no such account",
    "InvalidClientTokenId": "AWS does not know the access key",
    "InvalidSignatureException": "the secret key does not belong to the access key",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key",
    "ExpiredTokenException": "the credentials have expired",
    "ExpiredToken": "the credentials have expired",
    "RequestExpired": "the clock of this machine is wrong, or the credentials have expired",
}
_FORBIDDEN = ("AccessDeniedException", "AccessDenied", "NotAuthorized", "UnauthorizedOperation")
_LOGIN = re.compile(r"(?<=//)[^/@\s]+@")


@contextmanager
def in_our_words(
    subject: object,
    action: str,
    *,
    service: str = "",
    unreached_mend: str = "check the region, the network, HTTPS_PROXY and AWS_ENDPOINT_URL",
    forbidden: Callable[[], ToolkitError] | None = None,
) -> Iterator[None]:
    """Turn boto3's errors into ours.

    `subject` is what the request is about, such as a family; `action` the IAM action that was tried, such as
    `ecs:RegisterTaskDefinition`; `service` the words for who answers it, else the first part of the action.
    `unreached_mend` helps when nobody does; `forbidden` makes the error for an action that is not allowed. Raises
    AwsCredentialsMissing, AccessDenied or AwsUnavailable.
    """
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    service = service or action.partition(":")[0]
    try:
        yield
    except ClientError as error:
        raise _refused(error, subject, action, forbidden) from None
    except (BotoCoreError, HTTPClientError) as error:
        raise _not_reached(error, subject, service, unreached_mend) from None
    except ValueError as error:
        if not (message := wrong_endpoint(error)):
            raise
        raise AwsUnavailable(message, mend="correct it: https://HOST, or leave it out") from None


def code_of(error: ClientError) -> str:
    """AWS's word for what is wrong, such as `ClientException`; a status such as `404` where it sent none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The HTTP status."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def message_of(error: ClientError) -> str:
    """AWS's own sentence, in one line."""
    return one_line(error.response.get("Error", {}).get("Message", ""))


def one_line(text: object) -> str:
    """A text in one line, without a login in an address."""
    return _LOGIN.sub("***@", " ".join(str(text).split())).rstrip(".")


def without_login(text: str) -> str:
    """A text whose addresses lead to the same place, and hold nobody's name and password."""
    return _LOGIN.sub("", text)


def missing_credentials(error: BotoCoreError, subject: object) -> AwsCredentialsMissing | None:
    """The error when there is none to sign with, or their source does not give them; else None."""
    from botocore.exceptions import ProfileNotFound

    kind = type(error).__name__
    if isinstance(error, ProfileNotFound):
        return AwsCredentialsMissing(
            one_line(error), mend="correct AWS_PROFILE; `aws configure list-profiles`"
        )
    if any(word in kind for word in ("Credential", "Token", "SSO", "Login")):
        return AwsCredentialsMissing(f"{subject}: no AWS credentials ({kind})", mend=CREDENTIALS_MEND)
    return None


def wrong_endpoint(error: ValueError) -> str:
    """The message for an address that botocore checks no earlier than at the first request; empty for other errors."""
    return f"AWS_ENDPOINT_URL: {one_line(error)}" if "endpoint" in str(error).lower() else ""


def _refused(
    error: ClientError, subject: object, action: str, forbidden: Callable[[], ToolkitError] | None
) -> ToolkitError:
    code, status = code_of(error), status_of(error)
    if code in _WRONG_KEYS:
        return AccessDenied(f"{subject}: {_WRONG_KEYS[code]} ({code})", mend=CREDENTIALS_MEND)
    if code in _FORBIDDEN or status in (401, 403):
        return (
            forbidden()
            if forbidden is not None
            else AccessDenied(
                f"{subject}: these credentials may not {action} ({code})",
                mend=f"allow {action} to the user or role of these credentials",
            )
        )
    if status >= 500 or "Throttl" in code or code == "LimitExceededException":
        return AwsUnavailable(
            f"{subject}: AWS is not ready to answer {action} ({code}, {status})", mend="run it again later"
        )
    message = message_of(error)
    return AwsUnavailable(
        f"{subject}: AWS answers {action} with {code}{f': {message}' if message else ''} ({status})",
        mend="correct what it names, then run it again",
    )


def _not_reached(error: BotoCoreError, subject: object, service: str, mend: str) -> ToolkitError:
    from botocore import exceptions

    if (missing := missing_credentials(error, subject)) is not None:
        return missing
    kind = type(error).__name__
    if isinstance(error, exceptions.SSLError):
        return AwsUnavailable(
            f"{subject}: the certificate of {service} is not trusted",
            mend="AWS_CA_BUNDLE with the file of your certificate authority",
        )
    if isinstance(error, exceptions.HTTPClientError | exceptions.EndpointConnectionError):
        return AwsUnavailable(f"{subject}: {service} cannot be reached ({kind})", mend=mend)
    return AwsUnavailable(f"{subject}: {kind}: {one_line(error)}", mend="check the AWS configuration")
