"""The fetch signs requests as botocore does, and quotes as botocore does."""

from __future__ import annotations

import unittest.mock
from datetime import UTC, datetime
from urllib.parse import quote, unquote_plus

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from .modules import module

ACCESS_KEY, SECRET_KEY = "an-access-key", "a-secret/key+1"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def of_botocore(url: str, token: str, region: str, headers: dict[str, str]) -> dict[str, str]:
    request = AWSRequest("GET", url, headers=headers)
    S3SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY, token or None), "s3", region).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@settings(max_examples=200, deadline=None)
@given(
    key=TEXT.filter(lambda key: not key.startswith("/")),
    prefix=TEXT,
    token=st.sampled_from(["", "a-session-token=="]),
    region=st.sampled_from(["eu-central-1", "cn-north-1"]),
    port=st.sampled_from(["", ":9000"]),
)
def test_the_signature_is_that_of_botocore(key: str, prefix: str, token: str, region: str, port: str) -> None:
    signature, quoting = module("signature"), module("quoting")
    keys = module("credentials").Credentials(ACCESS_KEY, SECRET_KEY, token)
    host = f"bucket.s3.example.com{port}"
    path = f"/{quoting.quoted_path(key)}"
    query = {"list-type": "2", "prefix": prefix}
    extra = {"x-amz-checksum-mode": "ENABLED"}
    ours = signature.Signer(keys).headers(host, path, query, region, extra)
    url = f"https://{host}{path}?{signature.query_string(query)}"
    # Both read the clock, and a second may pass between them: botocore gets the time that ours has read.
    now = datetime.strptime(ours["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    with unittest.mock.patch("botocore.auth.get_current_datetime", return_value=now):
        theirs = of_botocore(url, token, region, dict(extra))
    signed = {name: ours[name] for name in theirs}
    assert signed == theirs


@settings(max_examples=300, deadline=None)
@given(text=TEXT)
def test_quoting_is_that_of_urllib(text: str) -> None:
    quoting = module("quoting")

    assert quoting.quoted(text) == quote(text, safe="-._~")
    assert quoting.quoted_path(text) == quote(text, safe="/-._~")
    for encoded in (quote(text, safe=""), quote(text, safe="/ +")):
        assert quoting.unquoted(encoded) == unquote_plus(encoded)


@pytest.mark.parametrize("day", ["20261231T235959Z", "20270101T000000Z"])
def test_the_signing_key_changes_with_the_day(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = module("signature")
    signer = signature.Signer(module("credentials").Credentials(ACCESS_KEY, SECRET_KEY))
    monkeypatch.setattr(signature.time, "strftime", lambda *_: "20261230T120000Z")
    signer.headers("host", "/", {}, "eu-central-1", {})
    monkeypatch.setattr(signature.time, "strftime", lambda *_: day)

    again = signer.headers("host", "/", {}, "eu-central-1", {})
    fresh = signature.Signer(module("credentials").Credentials(ACCESS_KEY, SECRET_KEY))

    assert again == fresh.headers("host", "/", {}, "eu-central-1", {})
