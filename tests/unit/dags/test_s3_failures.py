"""What boto3 raises and no server here can make it raise: other regions, logins, certificates."""

from __future__ import annotations

import pytest
from botocore import exceptions

from airflow_ecs_image.dags.location import Location
from airflow_ecs_image.dags.s3_failures import in_our_words
from airflow_ecs_image.errors import ToolkitError

PLACE = Location("bucket", "dags")


def refusal(code: str, status: int, **error: str) -> exceptions.ClientError:
    response = {"Error": {"Code": code, **error}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return exceptions.ClientError(response, "PutObject")


@pytest.mark.parametrize(
    ("error", "code", "message", "mend"),
    [
        (refusal("PermanentRedirect", 301), 20, "the bucket is in another region", "AWS_REGION="),
        (refusal("AuthorizationHeaderMalformed", 400, Region="eu-west-1"), 20, "another region", "AWS_REGION=eu-west-1"),
        (refusal("404", 404), 17, "there is no bucket bucket", "correct the name"),
        (refusal("NoSuchBucket", 404), 17, "there is no bucket bucket", "correct the name"),
        (refusal("KMS.DisabledException", 403), 16, "S3 refuses s3:PutObject (KMS.DisabledException)", "KMS key"),
        (refusal("SlowDown", 200), 20, "S3 is not ready to answer", "run it again"),
        (refusal("NotImplemented", 501), 20, "S3 is not ready to answer (NotImplemented, 501)", ""),
        (exceptions.NoCredentialsError(), 15, "no AWS credentials", "AWS_PROFILE"),
        (exceptions.CredentialRetrievalError(provider="x", error_msg="canary"), 15, "no AWS credentials", "AWS_PROFILE"),
        (exceptions.SSOTokenLoadError(error_msg="canary"), 15, "no AWS credentials", "aws sso login"),
        (exceptions.UnauthorizedSSOTokenError(), 15, "no AWS credentials", "aws sso login"),
        (exceptions.TokenRetrievalError(provider="x", error_msg="canary"), 15, "no AWS credentials", "aws sso login"),
        (exceptions.SSLError(endpoint_url="https://x", error="canary"), 20, "is not trusted", "AWS_CA_BUNDLE"),
        (exceptions.ProxyConnectionError(proxy_url="http://me:canary@proxy:1"), 20, "S3 cannot be reached", "HTTPS_PROXY"),
        (exceptions.ReadTimeoutError(endpoint_url="https://x"), 20, "broke off (ReadTimeoutError)", "run it again"),
        (exceptions.ConnectTimeoutError(endpoint_url="https://me:canary@x/b?X=canary"), 20, "S3 cannot be reached at https://x", "HTTPS_PROXY"),
        (exceptions.InvalidRegionError(region_name="x y"), 20, "InvalidRegionError", "AWS configuration"),
    ],
)  # fmt: skip
def test_an_error_in_our_words(error: Exception, code: int, message: str, mend: str) -> None:
    with pytest.raises(ToolkitError) as caught, in_our_words(PLACE, "s3:PutObject"):
        raise error
    assert caught.value.exit_code == code, caught.value.message
    assert message in caught.value.message
    assert mend in (caught.value.mend or "")
    assert "canary" not in f"{caught.value.message}{caught.value.mend}"
    assert len(caught.value.message.splitlines()) == 1


def test_a_mistake_of_ours_stays_one() -> None:
    with pytest.raises(ValueError, match="something else"), in_our_words(PLACE, "s3:PutObject"):
        raise ValueError("something else")
