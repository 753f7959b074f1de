"""What boto3 raises, in the toolkit's own words: one line and a mend, without a key, a token or a login."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow_ecs_image.aws.failures import (
    CREDENTIALS_MEND,
    code_of,
    message_of,
    missing_credentials,
    one_line,
    status_of,
    without_login,
    wrong_endpoint,
)
from airflow_ecs_image.dags.location import Location
from airflow_ecs_image.errors import (
    AccessDenied,
    BucketNotFound,
    S3Unavailable,
    ToolkitError,
)

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

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
        if not (message := wrong_endpoint(error)):
            raise
        raise S3Unavailable(message, mend="correct it: https://HOST, or leave it out") from None


def _refused(error: ClientError, place: Location, action: str) -> ToolkitError:
    code, status = code_of(error), status_of(error)
    if code == "NoSuchBucket" or (status == 404 and code in ("404", "NotFound")):
        return BucketNotFound(
            f"there is no bucket {place.bucket}", mend="correct the name, or make it: aws s3 mb s3://NAME"
        )
    if code in _WRONG_KEYS:
        return AccessDenied(f"{place.uri()}: {_WRONG_KEYS[code]} ({code})", mend=CREDENTIALS_MEND)
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
    message = message_of(error)
    return S3Unavailable(
        f"{place.uri()}: S3 answers {action} with {code}{f': {message}' if message else ''} ({status})",
        mend="an endpoint that is not AWS may lack it; otherwise run it again",
    )


def _not_reached(error: BotoCoreError, place: Location) -> ToolkitError:
    from botocore import exceptions

    if (missing := missing_credentials(error, place.uri())) is not None:
        return missing
    kind = type(error).__name__
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
        address = _ADDRESS.match(without_login(str(error.kwargs.get("endpoint_url", ""))))
        return S3Unavailable(
            f"{place.uri()}: S3 cannot be reached{f' at {address[0]}' if address else ''}",
            mend="check network, HTTPS_PROXY, AWS_REGION and AWS_ENDPOINT_URL",
        )
    if isinstance(error, exceptions.HTTPClientError):
        return S3Unavailable(f"{place.uri()}: the connection to S3 broke off ({kind})", mend="run it again")
    return S3Unavailable(f"{place.uri()}: {kind}: {one_line(error)}", mend="check the AWS configuration")
