"""What counts as a credential, and that none is ever shown."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from airflow_ecs_image.checks.credential_patterns import (
    AWS_KEY,
    AWS_KEY_ID,
    PEM_KEY,
    URL_LOGIN,
    aws_keys,
    credentials_in_instruction,
    holds_private_key,
    holds_url_password,
    is_secret_name,
    redacted,
)

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

key_ids = st.builds(
    str.__add__,
    st.sampled_from(["AKIA", "ASIA"]),
    st.text(BASE32, min_size=16, max_size=16).filter(lambda text: len(set(text)) > 4),
)
secret_keys = st.text(BASE64, min_size=40, max_size=40).filter(
    lambda text: len(set(text)) > 4 and "EXAMPLE" not in text.upper()
)
around = st.sampled_from(["", " ", "\n", '"', "'", "=", "/", "_", ":", ",", "\x00", "é"])

FAKE_KEY = "AKIA" + "Z7QWERTYUIOPASDF"
FAKE_SECRET = "k3y/" * 2 + "abcdEFGH1234+xyzWVUT5678qrstUVWX"


@given(key_ids, around, around)
def test_an_access_key_id_is_found_anywhere_in_a_text(key: str, before: str, after: str) -> None:
    assume("EXAMPLE" not in key)

    assert list(aws_keys(f"x {before}{key}{after} y".encode())) == [AWS_KEY_ID]


@given(
    secret_keys,
    st.sampled_from(["aws_secret_access_key = ", "AWS_SECRET_ACCESS_KEY=", '"SecretAccessKey": "']),
)
def test_a_secret_access_key_is_found_by_its_name(key: str, name: str) -> None:
    assert list(aws_keys(f"{name}{key}\n".encode())) == [AWS_KEY]


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AKIAXXXXXXXXXXXXXXXX",
        "prefixAKIAZ7QWERTYUIOPASDF",
        "AKIAZ7QWERTYUIOPASDFMORE",
        "aws_secret_access_key = os.environ['AWS_SECRET_ACCESS_KEY']",
        "aws_secret_access_key",
        "secret_access_key=***",
    ],
)
def test_documentation_and_code_are_no_credentials(text: str) -> None:
    assert list(aws_keys(text.encode())) == []


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\\n"])
def test_a_private_key_is_found(kind: str, end: str) -> None:
    assert holds_private_key(f"-----BEGIN {kind}PRIVATE KEY-----{end}{'MIIEvQIBADANBgkq' * 4}{end}".encode())


def test_a_private_key_with_headers_is_found() -> None:
    text = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\n" + "MIIE" * 16

    assert holds_private_key(text.encode())


def test_the_mark_of_a_private_key_alone_is_none() -> None:
    assert not holds_private_key(b"\x00-----BEGIN PRIVATE KEY-----\x00-----END PRIVATE KEY-----\x00")
    assert not holds_private_key(b"-----BEGIN CERTIFICATE-----\n" + b"MIIE" * 16)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("index-url = https://user:pa55@pypi.example/simple", True),
        ("https://:token@pypi.example/simple", True),
        ("postgresql+psycopg2://airflow:airflow@db/airflow", True),
        ("https://user@pypi.example/simple", False),
        ("https://user:${PASSWORD}@pypi.example/simple", False),
        ("https://user:%(password)s@pypi.example/simple", False),
        ("https://pypi.example:8443/simple", False),
        ("https://pypi.example:8443/@scope/package", False),
        ("https://pypi.example/simple", False),
    ],
)
def test_a_url_with_a_password(text: str, found: bool) -> None:
    assert holds_url_password(text.encode()) is found


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("AIRFLOW__CORE__FERNET_KEY", True),
        ("AIRFLOW__API_AUTH__JWT_SECRET", True),
        ("AIRFLOW_CONN_AWS_DEFAULT", True),
        ("DATABASE_PASSWORD", True),
        ("GITHUB_TOKEN", True),
        ("AIRFLOW_VERSION", False),
        ("AWS_SECRET_ACCESS_KEY", False),
        ("TOKENIZERS_PARALLELISM", False),
        ("GPG_KEY", False),
    ],
)
def test_a_name_that_says_secret(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret


@pytest.mark.parametrize(
    ("instruction", "kinds"),
    [
        (f"ENV AWS_ACCESS_KEY_ID={FAKE_KEY}", [AWS_KEY_ID, "a value for an AWS credential argument"]),
        (
            f"RUN |1 aws_session_token={FAKE_SECRET} /bin/sh -c true",
            ["a value for an AWS credential argument"],
        ),
        ("ARG aws_secret_access_key", []),
        ("ENV AWS_SESSION_TOKEN=${aws_session_token}", []),
        ("RUN |1 aws_access_key_id= /bin/sh -c true", []),
        ("RUN pip install --index-url https://user:word@host/simple x", [URL_LOGIN]),
        ('RUN echo "-----BEGIN PRIVATE KEY-----\\n' + "MIIE" * 16, [PEM_KEY]),
        ('CMD ["airflow" "--token" "x"]', []),
    ],
)
def test_credentials_in_a_line_of_history(instruction: str, kinds: list[str]) -> None:
    assert credentials_in_instruction(instruction) == kinds


@given(st.text(), key_ids, secret_keys)
def test_redacted_text_shows_no_credential(text: str, key: str, secret: str) -> None:
    assume(key[4:] not in text and secret not in text)

    shown = redacted(f"{text} {key} aws_secret_access_key={secret} https://user:{key[4:]}@host/{text}")

    assert key not in shown
    assert secret not in shown
    assert key[4:] not in shown
