"""Credentials in every place of an image, found and never shown."""

from __future__ import annotations

import io
import json

import pytest

from airflow_ecs_image.checks import CheckResult

from .conftest import Derive, check, found

FAKE_KEY = "AKIA" + "Z7QWERTYUIOPASDF"
FAKE_PASSWORD = "pa55word-of-nobody"
PRIVATE_KEY = (
    "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 4 + "-----END PRIVATE KEY-----\n"
)


@pytest.fixture(scope="module")
def leaky(derive: Derive) -> tuple[CheckResult, str]:
    """The check of an image with credentials in every place, and all that it showed."""
    tag = derive(
        f"""
        USER root
        COPY settings.py /opt/settings.py
        RUN rm /opt/settings.py
        COPY pip.conf /etc/pip.conf
        COPY key.pem /opt/airflow/dags/key.pem
        COPY credentials /home/airflow/.aws/credentials
        ENV AWS_DEFAULT_REGION="" AIRFLOW__CORE__FERNET_KEY={FAKE_PASSWORD}
        ARG aws_access_key_id={FAKE_KEY}
        RUN test -n "${{aws_access_key_id}}"
        USER 50000
        """,
        {
            "settings.py": f"KEY = '{FAKE_KEY}'\n",
            "pip.conf": f"[global]\nindex-url = https://me:{FAKE_PASSWORD}@pypi.invalid/simple\n",
            "key.pem": PRIVATE_KEY,
            "credentials": "[default]\n",
        },
    )
    shown = io.StringIO()
    report = check(tag, "credentials", shown=shown)
    return found(report, "credentials"), shown.getvalue() + json.dumps(report.as_json()) + report.as_junit()


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("environment variable AWS_DEFAULT_REGION", "empty"),
        ("environment variable AIRFLOW__CORE__FERNET_KEY", "a secret by its name"),
        ("/opt/settings.py in layer", "an AWS access key id"),
        ("/etc/pip.conf in layer", "a URL with a password"),
        ("/opt/airflow/dags/key.pem in layer", "a private key"),
        ("/home/airflow/.aws/credentials in layer", "a file that is made to hold credentials"),
        ("of the image's history", "an AWS access key id"),
    ],
)
def test_a_credential_is_found(leaky: tuple[CheckResult, str], where: str, what: str) -> None:
    result, _ = leaky

    assert result.status == "failed"
    assert any(where in each["where"] and what in each["what"] for each in result.data["findings"])


def test_a_deleted_file_is_said_to_be_in_the_image_still(leaky: tuple[CheckResult, str]) -> None:
    (finding,) = (each for each in leaky[0].data["findings"] if "/opt/settings.py" in each["where"])

    assert finding["where"].endswith("but still in the image")


@pytest.mark.parametrize("secret", [FAKE_KEY, FAKE_PASSWORD, "MIIEvQIBADANBgkq"])
def test_no_credential_is_shown(leaky: tuple[CheckResult, str], secret: str) -> None:
    assert secret not in leaky[1]


def test_credentials_baked_by_order_are_a_warning(derive: Derive) -> None:
    tag = derive(
        f"ENV AWS_ACCESS_KEY_ID={FAKE_KEY} AWS_SECRET_ACCESS_KEY={FAKE_PASSWORD}\n"
        "LABEL io.airflow-ecs-image.baked-credentials=true"
    )
    shown = io.StringIO()

    result = found(check(tag, "credentials", shown=shown), "credentials")

    assert result.status == "warned"
    assert "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY" in shown.getvalue()
    assert FAKE_KEY not in shown.getvalue()
