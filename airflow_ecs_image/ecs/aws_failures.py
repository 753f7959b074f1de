"""What boto3 raises about services of the AWS side, in the toolkit's own words: one line and a mend, without a key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow_ecs_image.errors import AccessDenied, AwsCredentialsMissing, AwsUnavailable, ToolkitError

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

_CREDENTIALS_MEND = (
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
_FORBIDDEN = ("AccessDeniedException", "AccessDenied", "UnauthorizedOperation")
_LOGIN = re.compile(r"(?<=//)[^/@\s]+@")


@contextmanager
def in_our_words(subject: str, action: str) -> Iterator[None]:
    """Turn boto3's errors into ours.

    `subject` is what the request is about, such as the name of a family; `action` the IAM action that was tried, such as
    `ecs:RegisterTaskDefinition`, whose first part names the service. Raises AwsCredentialsMissing, AccessDenied or
    AwsUnavailable.
    """
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        yield
    except ClientError as error:
        raise _refused(error, subject, action) from None
    except (BotoCoreError, HTTPClientError) as error:
        raise _not_reached(error, subject, action) from None
    except ValueError as error:
        # botocore checks the address of an endpoint no earlier than here.
        if "endpoint" not in str(error).lower():
            raise
        raise AwsUnavailable(
            f"AWS_ENDPOINT_URL: {one_line(error)}", mend="correct it: https://HOST, or leave it out"
        ) from None


def code_of(error: ClientError) -> str:
    """AWS's word for what is wrong, such as `ClientException`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: ClientError) -> str:
    """AWS's own sentence, in one line."""
    return one_line(error.response.get("Error", {}).get("Message", ""))


def one_line(text: object) -> str:
    """A text in one line, without a login in an address."""
    return _LOGIN.sub("***@", " ".join(str(text).split())).rstrip(".")


def _refused(error: ClientError, subject: str, action: str) -> ToolkitError:
    code = code_of(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _WRONG_KEYS:
        return AccessDenied(f"{subject}: {_WRONG_KEYS[code]} ({code})", mend=_CREDENTIALS_MEND)
    if code in _FORBIDDEN or status in (401, 403):
        return AccessDenied(
            f"{subject}: these credentials may not {action} ({code})",
            mend=f"allow {action} to the user or role of these credentials",
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


def _not_reached(error: BotoCoreError, subject: str, action: str) -> ToolkitError:
    from botocore import exceptions

    kind = type(error).__name__
    service = action.partition(":")[0]
    if isinstance(error, exceptions.ProfileNotFound):
        return AwsCredentialsMissing(
            one_line(error), mend="correct AWS_PROFILE; `aws configure list-profiles`"
        )
    if "Credential" in kind or "Token" in kind or "SSO" in kind or "Login" in kind:
        return AwsCredentialsMissing(f"{subject}: no AWS credentials ({kind})", mend=_CREDENTIALS_MEND)
    if isinstance(error, exceptions.SSLError):
        return AwsUnavailable(
            f"{subject}: the certificate of {service}'s address is not trusted",
            mend="AWS_CA_BUNDLE with the file of your certificate authority",
        )
    if isinstance(error, exceptions.HTTPClientError | exceptions.EndpointConnectionError):
        return AwsUnavailable(
            f"{subject}: {service} cannot be reached ({kind})",
            mend="check the region, the network, HTTPS_PROXY and AWS_ENDPOINT_URL",
        )
    return AwsUnavailable(f"{subject}: {kind}: {one_line(error)}", mend="check the AWS configuration")
