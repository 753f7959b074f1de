"""The fetch finds a bucket where botocore finds it."""

from __future__ import annotations

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest

from .modules import module

SESSION = botocore.session.get_session()
REGIONS = [
    region
    for partition in SESSION.get_available_partitions()
    for region in SESSION.get_available_regions("s3", partition)
]


class NotSent(Exception):
    """Stops a request of botocore before it leaves."""


def of_botocore(
    region: str, bucket: str, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> str:
    # Without it botocore still takes the global endpoint for the oldest region.
    monkeypatch.setenv("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "regional")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    client = boto3.Session().client(
        "s3", region_name=region, aws_access_key_id="x", aws_secret_access_key="y"
    )

    def stop(request: AWSPreparedRequest, **_: object) -> None:
        raise NotSent(request.url)

    client.meta.events.register("before-send.s3.GetObject", stop)
    with pytest.raises(NotSent) as stopped:
        client.get_object(Bucket=bucket, Key="a key")
    return str(stopped.value)


def ours(region: str, bucket: str, environment: dict[str, str], addressing: str = "auto") -> str:
    endpoint = module("endpoint").Endpoint(environment, region, bucket, addressing)
    return f"{endpoint.url.scheme}://{endpoint.url.authority}{endpoint.path('a key')}"


def test_there_are_regions_of_all_partitions() -> None:
    assert len(REGIONS) > 30
    assert {"cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1"} <= set(REGIONS)


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_has_its_host(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ours(region, "my-bucket", {}) == of_botocore(region, "my-bucket", monkeypatch, {})


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000"},
        {"AWS_ENDPOINT_URL": "https://bucket.vpce-1a2b3c.s3.us-east-1.vpce.amazonaws.com"},
        {
            "AWS_ENDPOINT_URL": "https://s3.example.com/below/",
            "AWS_ENDPOINT_URL_S3": "https://other.example.com",
        },
    ],
    ids="+".join,
)
@pytest.mark.parametrize("bucket", ["my-bucket", "my.bucket.with.dots"])
def test_the_variables_mean_what_they_mean_to_botocore(
    environment: dict[str, str], bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = of_botocore("us-east-1", bucket, monkeypatch, environment)

    assert ours("us-east-1", bucket, environment) == expected


def test_configured_endpoints_can_be_ignored() -> None:
    environment = {"AWS_ENDPOINT_URL": "http://nowhere", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}

    assert (
        ours("eu-west-1", "my-bucket", environment) == "https://my-bucket.s3.eu-west-1.amazonaws.com/a%20key"
    )


@pytest.mark.parametrize(
    ("addressing", "url"),
    [
        ("auto", "http://[::1]:9000/below/my-bucket/a%20key"),
        ("path", "http://[::1]:9000/below/my-bucket/a%20key"),
    ],
)
def test_an_endpoint_may_be_an_ipv6_address_with_a_path(addressing: str, url: str) -> None:
    environment = {"AWS_ENDPOINT_URL_S3": "http://[::1]:9000/below/"}

    assert ours("us-east-1", "my-bucket", environment, addressing) == url


def test_the_bucket_can_stand_in_the_name_of_an_endpoint() -> None:
    environment = {"AWS_ENDPOINT_URL_S3": "http://s3.localhost:9000"}

    assert ours("us-east-1", "b-1", environment, "virtual") == "http://b-1.s3.localhost:9000/a%20key"


@pytest.mark.parametrize(
    "url",
    [
        "localhost:9000",
        "ftp://host",
        "http://",
        "http://host:port",
        "http://host:0",
        "http://ho st",
        "https:/x",
    ],
)
def test_what_is_no_url_is_refused_by_name(url: str) -> None:
    with pytest.raises(module("failures").Failure) as refused:
        ours("us-east-1", "my-bucket", {"AWS_ENDPOINT_URL": url})

    assert refused.value.kind.code == 64
    assert refused.value.message.startswith(f"AWS_ENDPOINT_URL is {url!r}")


def test_a_login_in_a_url_is_refused_and_not_shown() -> None:
    with pytest.raises(module("failures").Failure) as refused:
        ours("us-east-1", "my-bucket", {"AWS_ENDPOINT_URL": "http://someone:canary@host"})

    assert "canary" not in refused.value.message
