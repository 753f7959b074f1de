"""Region, endpoint and addressing: where a request goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.s3.certificates import Authority
from tests.s3.connect_proxy import connect_proxy
from tests.s3.fault_proxy import FaultProxy, fault_proxy
from tests.s3.faults import HEALTHY, Answer, Fault, Plan, Request
from tests.s3.rclone_server import ACCESS_KEY, SECRET_KEY, S3Server, serve_s3

from .fetcher import Fetcher, assert_fetched, assert_refused

FILES = {"a.py": b"a", "sub/b.py": b"b"}
KEYS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
BUCKET = "region-bucket"
URI = f"s3://{BUCKET}/dags"
OBJECTS = {f"dags/{name}": content for name, content in FILES.items()}


@pytest.fixture(scope="module")
def path_style(rclone: S3Server) -> Iterator[FaultProxy]:
    rclone.fill(BUCKET, OBJECTS)
    with fault_proxy(rclone.url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def virtual_hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An S3 that finds the bucket in the host name and nowhere else."""
    with serve_s3(tmp_path_factory.mktemp("virtual") / "buckets", virtual_hosts=True) as server:
        server.fill(BUCKET, OBJECTS)
        yield server


@pytest.fixture
def fetch(path_style: FaultProxy, target: Path) -> Fetcher:
    path_style.forget(lambda request: HEALTHY)
    return Fetcher(target, {**KEYS, "AWS_ENDPOINT_URL_S3": path_style.url})


@pytest.mark.parametrize(
    ("environment", "region"),
    [
        ({"AWS_REGION": "eu-central-1"}, "eu-central-1"),
        ({"AWS_DEFAULT_REGION": "ap-south-2"}, "ap-south-2"),
        ({"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "ap-south-2"}, "eu-central-1"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "ap-south-2"}, "ap-south-2"),
        ({}, "us-east-1"),
    ],
)
def test_the_region_is_that_of_the_environment(
    fetch: Fetcher, path_style: FaultProxy, environment: dict[str, str], region: str
) -> None:
    assert_fetched(fetch(URI, **environment), 2, URI)

    assert {request.region for request in path_style.requests} == {region}
    assert fetch.tree == FILES


def only_in(region: str, *, status: int, code: str) -> Plan:
    def plan(request: Request) -> Fault:
        if request.region == region:
            return HEALTHY
        return Fault(answer=Answer(status, code, {"x-amz-bucket-region": region}))

    return plan


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (301, "PermanentRedirect"),
        (307, "TemporaryRedirect"),
        (400, "AuthorizationHeaderMalformed"),
        (400, "IllegalLocationConstraintException"),
    ],
)
def test_the_region_that_s3_names_is_taken(
    fetch: Fetcher, path_style: FaultProxy, status: int, code: str
) -> None:
    path_style.plan = only_in("eu-west-3", status=status, code=code)

    assert_fetched(fetch(URI, AWS_REGION="us-east-1"), 2, URI)

    assert [request.region for request in path_style.requests].count("us-east-1") == 1


def test_regions_that_send_each_other_round_end(fetch: Fetcher, path_style: FaultProxy) -> None:
    path_style.plan = lambda request: Fault(
        answer=Answer(301, "PermanentRedirect", {"x-amz-bucket-region": f"eu-west-{request.number}"})
    )

    ended = fetch(URI, AWS_REGION="us-east-1")

    assert_refused(ended, 69, "PermanentRedirect")
    assert len(path_style.requests) < 5


def test_the_endpoint_of_s3_comes_before_the_one_of_all_services(
    fetch: Fetcher, path_style: FaultProxy
) -> None:
    nobody = "http://127.0.0.1:1"

    assert_fetched(fetch(URI, AWS_ENDPOINT_URL=nobody), 2, URI)
    assert_fetched(fetch(URI, AWS_ENDPOINT_URL_S3=None, AWS_ENDPOINT_URL=path_style.url), 2, URI)
    assert_fetched(fetch(URI, AWS_ENDPOINT_URL_S3=f"{path_style.url}/"), 2, URI)

    assert {request.path.split("/")[1].split("?")[0] for request in path_style.requests} == {BUCKET}


def aws(authority: Authority, **more: str) -> dict[str, str]:
    """No endpoint: the names of AWS, which a proxy leads to a server of ours."""
    return {**KEYS, "AWS_REGION": "eu-central-1", "AWS_CA_BUNDLE": str(authority.bundle), **more}


def test_without_an_endpoint_the_bucket_is_in_the_host_name(
    virtual_hosts: S3Server, authority: Authority, target: Path
) -> None:
    tls = authority.server(["*.s3.eu-central-1.amazonaws.com"])
    with fault_proxy(virtual_hosts.url, tls=tls) as s3, connect_proxy(s3.url) as way:
        fetch = Fetcher(target, aws(authority, HTTPS_PROXY=way.url))

        assert_fetched(fetch(URI), 2, URI)

        assert fetch.tree == FILES
        assert set(way.asked) == {f"{BUCKET}.s3.eu-central-1.amazonaws.com:443"}
        assert {request.header("host") for request in s3.requests} == {
            f"{BUCKET}.s3.eu-central-1.amazonaws.com"
        }


@pytest.mark.parametrize("bucket", ["bucket.with.dots", "Bucket_Of_Old"])
def test_a_bucket_that_no_certificate_fits_is_in_the_path(
    rclone: S3Server, authority: Authority, target: Path, bucket: str
) -> None:
    rclone.fill(bucket, OBJECTS)
    tls = authority.server(["s3.eu-central-1.amazonaws.com"])
    with fault_proxy(rclone.url, tls=tls) as s3, connect_proxy(s3.url) as way:
        fetch = Fetcher(target, aws(authority, https_proxy=way.url))

        assert_fetched(fetch(f"s3://{bucket}/dags"), 2, f"s3://{bucket}/dags")

        assert set(way.asked) == {"s3.eu-central-1.amazonaws.com:443"}


def test_addressing_can_be_asked_for(
    rclone: S3Server, virtual_hosts: S3Server, authority: Authority, target: Path
) -> None:
    names = ["s3.example.com", "*.s3.example.com", "s3.eu-central-1.amazonaws.com"]
    tls = authority.server(names)
    with fault_proxy(virtual_hosts.url, tls=tls) as s3, connect_proxy(s3.url) as way:
        fetch = Fetcher(target, aws(authority, HTTPS_PROXY=way.url))
        ended = fetch(URI, AWS_ENDPOINT_URL_S3="https://s3.example.com", DAG_FETCH_ADDRESSING="virtual")
        assert_fetched(ended, 2, URI)
        assert set(way.asked) == {f"{BUCKET}.s3.example.com:443"}
    rclone.fill(BUCKET, OBJECTS)
    with fault_proxy(rclone.url, tls=tls) as s3, connect_proxy(s3.url) as way:
        fetch = Fetcher(target, aws(authority, HTTPS_PROXY=way.url))
        assert_fetched(fetch(URI, DAG_FETCH_ADDRESSING="path"), 2, URI)
        assert set(way.asked) == {"s3.eu-central-1.amazonaws.com:443"}


def test_an_endpoint_may_have_a_path(path_style: FaultProxy, fetch: Fetcher) -> None:
    ended = fetch(URI, AWS_ENDPOINT_URL_S3=f"{path_style.url}/gate/way")

    # Nobody serves it there; but there it was asked for.
    assert ended.code != 0
    assert path_style.requests[0].path == f"/gate/way/{BUCKET}"


def test_an_endpoint_of_one_vpc_endpoint_and_its_certificate(
    rclone: S3Server, authority: Authority, target: Path
) -> None:
    host = "bucket.vpce-0a1b2c-3d4e5f.s3.eu-central-1.vpce.amazonaws.com"
    rclone.fill(BUCKET, OBJECTS)
    with (
        fault_proxy(rclone.url, tls=authority.server([f"*.{host.partition('.')[2]}"])) as s3,
        connect_proxy(s3.url) as way,
    ):
        fetch = Fetcher(target, aws(authority, HTTPS_PROXY=way.url, AWS_ENDPOINT_URL_S3=f"https://{host}"))

        assert_fetched(fetch(URI), 2, URI)

        assert set(way.asked) == {f"{host}:443"}
