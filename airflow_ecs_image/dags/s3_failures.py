"""What boto3 raises, in the toolkit's own words: one line and a mend, without a key, a token or a login."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow_ecs_image.dags.location import Location
from airflow_ecs_image.errors import (
    AccessDenied,
    AwsCredentialsMissing,
    BucketNotFound,
    S3Unavailable,
    ToolkitError,
)

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

_CREDENTIALS_MEND = (
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in (`aws sso login`)"
)
# S3 API reference, "Error responses": what concerns the keys and not the rights they give.
_WRONG_KEYS = {
    "InvalidAccessKeyId": "S3 does not know the access key",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key",
    "ExpiredToken": "the credentials have expired",
    "InvalidToken": "the session token is not valid",
    "RequestTimeTooSkewed": "the clock of this machine is wrong by more than 15 minutes",
}
_OTHER_REGION = ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException")
_ADDRESS = re.compile(r"[a-z]+://[^/?]+")
_LOGIN = re.compile(r"(?<=//)[^/@\s]+@")


@contextmanager
def in_our_words(place: Location, action: str) -> Iterator[None]:
    """Turn boto3's errors into ours; `action` is the IAM action that was tried, such as `s3:PutObject`."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        yield
    except ClientError as error:
        raise _refused(error, place, action) from None
    except (BotoCoreError, HTTPClientError) as error:
        raise _not_reached(error, place) from None
    except ValueError as error:
        # botocore checks the address of an endpoint no earlier than here.
        if "endpoint" not in str(error).lower():
            raise
        raise S3Unavailable(
            f"AWS_ENDPOINT_URL: {_one_line(error)}", mend="correct it: https://HOST, or leave it out"
        ) from None


def code_of(error: ClientError) -> str:
    """S3's word for what is wrong, such as `NoSuchKey`; a status such as `404` where it sent none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The HTTP status."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _refused(error: ClientError, place: Location, action: str) -> ToolkitError:
    code, status = code_of(error), status_of(error)
    if code == "NoSuchBucket" or (status == 404 and code in ("404", "NotFound")):
        return BucketNotFound(
            f"there is no bucket {place.bucket}", mend="correct the name, or make it: aws s3 mb s3://NAME"
        )
    if code in _WRONG_KEYS:
        return AccessDenied(f"{place.uri()}: {_WRONG_KEYS[code]} ({code})", mend=_CREDENTIALS_MEND)
    if code in _OTHER_REGION or status == 301:
        region = error.response.get("Error", {}).get("Region")
        return S3Unavailable(
            f"{place.uri()}: the bucket is in another region ({code})",
            mend=f"AWS_REGION={region or 'the region of the bucket'}",
        )
    if status in (401, 403):
        return AccessDenied(
            f"{place.uri()}: S3 refuses {action} ({code})",
            mend=f"allow {action} on it: IAM policy of these credentials, bucket policy, KMS key; "
            "without s3:ListBucket S3 also refuses what does not exist",
        )
    if status >= 500 or code in ("SlowDown", "RequestTimeout", "TooManyRequests"):
        return S3Unavailable(
            f"{place.uri()}: S3 is not ready to answer ({code}, {status})", mend="run it again"
        )
    message = _one_line(error.response.get("Error", {}).get("Message", ""))
    return S3Unavailable(
        f"{place.uri()}: S3 answers {action} with {code}{f': {message}' if message else ''} ({status})",
        mend="an endpoint that is not AWS may lack it; otherwise run it again",
    )


def _not_reached(error: BotoCoreError, place: Location) -> ToolkitError:
    from botocore import exceptions

    kind = type(error).__name__
    if isinstance(error, exceptions.ProfileNotFound):
        return AwsCredentialsMissing(
            _one_line(error), mend="correct AWS_PROFILE; `aws configure list-profiles`"
        )
    if "Credential" in kind or "Token" in kind or "SSO" in kind or "Login" in kind:
        return AwsCredentialsMissing(f"{place.uri()}: no AWS credentials ({kind})", mend=_CREDENTIALS_MEND)
    if isinstance(error, exceptions.SSLError):
        return S3Unavailable(
            f"{place.uri()}: the certificate of S3's address is not trusted",
            mend="AWS_CA_BUNDLE with the file of your certificate authority",
        )
    unreached = (
        exceptions.EndpointConnectionError,
        exceptions.ConnectTimeoutError,
        exceptions.ProxyConnectionError,
    )
    if isinstance(error, unreached):
        address = _ADDRESS.match(_LOGIN.sub("", str(error.kwargs.get("endpoint_url", ""))))
        return S3Unavailable(
            f"{place.uri()}: S3 cannot be reached{f' at {address[0]}' if address else ''}",
            mend="check network, HTTPS_PROXY, AWS_REGION and AWS_ENDPOINT_URL",
        )
    if isinstance(error, exceptions.HTTPClientError):
        return S3Unavailable(f"{place.uri()}: the connection to S3 broke off ({kind})", mend="run it again")
    return S3Unavailable(f"{place.uri()}: {kind}: {_one_line(error)}", mend="check the AWS configuration")


def _one_line(text: object) -> str:
    return _LOGIN.sub("***@", " ".join(str(text).split())).rstrip(".")
