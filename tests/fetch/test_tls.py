"""Certificates and proxies on the way to S3."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.s3.certificates import Authority
from tests.s3.connect_proxy import connect_proxy
from tests.s3.fault_proxy import fault_proxy
from tests.s3.rclone_server import ACCESS_KEY, SECRET_KEY, S3Server

from .fetcher import BEFORE, SAMPLE, Fetcher, assert_fetched, assert_refused

URI = "s3://any-bucket/dags"
KEYS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}


def aws(authority: Authority, **more: str) -> dict[str, str]:
    """No endpoint: the names of AWS, which a proxy leads to a server of ours."""
    return {**KEYS, "AWS_REGION": "eu-central-1", "AWS_CA_BUNDLE": str(authority.bundle), **more}


TLS = {
    "another authority": (["127.0.0.1"], 1, "other", "the certificate of 127.0.0.1 is not trusted: .*; set AWS_CA_BUNDLE"),
    "no authority": (["127.0.0.1"], 1, None, "the certificate of 127.0.0.1 is not trusted: .*; set AWS_CA_BUNDLE"),
    "another host": (["example.com"], 1, "own", "the certificate of 127.0.0.1 is not trusted: .*"),
    "run out": (["127.0.0.1"], -1, "own", "the certificate of 127.0.0.1 is not trusted: .*expired"),
}  # fmt: skip


@pytest.mark.parametrize("name", TLS)
def test_a_certificate_that_is_not_right_ends_it(
    on_rclone: Fetcher, uri: str, rclone: S3Server, authority: Authority, tmp_path: Path, name: str
) -> None:
    names, days, trusted, pattern = TLS[name]
    bundles = {"own": authority.bundle, "other": Authority(tmp_path, "others").bundle}
    bundle = {"AWS_CA_BUNDLE": str(bundles[trusted])} if trusted else {}
    with fault_proxy(rclone.url, tls=authority.server(names, days=days)) as s3:
        ended = on_rclone(uri, AWS_ENDPOINT_URL_S3=s3.url, **bundle)

    assert_refused(ended, 76, pattern)
    assert s3.requests == []
    assert ended.seconds < 5
    assert on_rclone.tree == BEFORE


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_of_ones_own_is_trusted(
    on_rclone: Fetcher, uri: str, rclone: S3Server, authority: Authority, variable: str
) -> None:
    with fault_proxy(rclone.url, tls=authority.server(["127.0.0.1"])) as s3:
        ended = on_rclone(uri, AWS_ENDPOINT_URL_S3=s3.url, **{variable: str(authority.bundle)})

    assert_fetched(ended, len(SAMPLE), uri)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_bundle_that_cannot_be_read_is_named(
    on_rclone: Fetcher, uri: str, rclone: S3Server, authority: Authority, tmp_path: Path, content: str | None
) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    with fault_proxy(rclone.url, tls=authority.server(["127.0.0.1"])) as s3:
        ended = on_rclone(uri, AWS_ENDPOINT_URL_S3=s3.url, AWS_CA_BUNDLE=str(bundle))

    assert_refused(ended, 64, f"AWS_CA_BUNDLE is '{bundle}', which cannot be read as certificates")


def test_a_server_without_tls_ends_it(on_rclone: Fetcher, uri: str, rclone: S3Server) -> None:
    ended = on_rclone(uri, AWS_ENDPOINT_URL_S3=rclone.url.replace("http:", "https:"))

    assert_refused(ended, 76, "no TLS with 127.0.0.1: .*; check the endpoint")


@pytest.mark.parametrize(("status", "code"), [(403, 69), (407, 69)])
def test_a_proxy_that_refuses_is_named(authority: Authority, target: Path, status: int, code: int) -> None:
    with connect_proxy("http://127.0.0.1:1", status=status) as way:
        login = way.url.replace("http://", "http://someone:canary@")
        fetch = Fetcher(target, aws(authority, HTTPS_PROXY=login))

        ended = fetch(URI)

    assert_refused(
        ended, code, f"the proxy {way.url.removeprefix('http://')} answers {status}.*HTTPS_PROXY", "canary"
    )
    assert way.logins[0].startswith("Basic ")


def test_a_proxy_that_is_not_there_is_named(authority: Authority, target: Path) -> None:
    ended = Fetcher(target, aws(authority, HTTPS_PROXY="http://someone:canary@127.0.0.1:1"))(URI)

    assert_refused(ended, 69, "127.0.0.1:1 cannot be reached", "canary")


@pytest.mark.parametrize("no_proxy", ["127.0.0.1", "example.com,127.0.0.1", "*"])
def test_no_proxy_leads_past_it(
    on_rclone: Fetcher, uri: str, rclone: S3Server, authority: Authority, no_proxy: str
) -> None:
    with fault_proxy(rclone.url, tls=authority.server(["127.0.0.1"])) as s3:
        ended = on_rclone(
            uri,
            AWS_ENDPOINT_URL_S3=s3.url,
            AWS_CA_BUNDLE=str(authority.bundle),
            HTTPS_PROXY="http://127.0.0.1:1",
            NO_PROXY=no_proxy,
        )

    assert_fetched(ended, len(SAMPLE), uri)
