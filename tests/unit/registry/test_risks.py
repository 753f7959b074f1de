"""Why an image should not leave this machine."""

from __future__ import annotations

import io

import pytest

from airflow_ecs_image.checks.record import CheckRecord
from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import PushRefused
from airflow_ecs_image.registry.risks import BAKED, FALLBACK, UNCHECKED, risks, take_or_refuse
from airflow_ecs_image.spec.label_names import BAKED_CREDENTIALS, BASE_FALLBACK


def record(*failed: str, ran: int = 11) -> CheckRecord:
    return CheckRecord(
        "sha256:" + "a" * 64,
        "worker:1",
        "linux/amd64",
        not failed,
        failed,
        (),
        ran,
        "1",
        "2026-11-24T00:00:00+00:00",
    )


def flags(labels: dict[str, str], environment: dict[str, str], known: CheckRecord | None) -> list[str]:
    return [risk.flag for risk in risks("worker:1", labels, environment, known)]


def test_a_checked_image_has_none() -> None:
    clean = {"PATH": "/bin", "AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": ""}
    assert flags({BASE_FALLBACK: "false"}, clean, record()) == []


@pytest.mark.parametrize("known", [None, record("signals"), record(ran=0)], ids=["none", "failed", "empty"])
def test_a_check_that_proved_nothing(known: CheckRecord | None) -> None:
    assert flags({}, {}, known) == [UNCHECKED]


def test_the_labels() -> None:
    assert flags({BASE_FALLBACK: "true"}, {}, record()) == [FALLBACK]
    assert flags({BAKED_CREDENTIALS: "true"}, {}, record()) == [BAKED]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ACCESS_KEY_ID", "anything"),
        ("AWS_SESSION_TOKEN", "anything"),
        ("AIRFLOW__CORE__FERNET_KEY", "anything"),
        ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://airflow:pass-word@db/airflow"),
        ("NOTE", "AKIA" + "QWERTYUIOPASDFGH"),
    ],
)
def test_credentials_in_the_environment_are_named_and_not_shown(name: str, value: str) -> None:
    (risk,) = risks("worker:1", {}, {name: value}, record())
    assert risk.flag == BAKED
    assert name in risk.reason
    assert value not in risk.reason


def test_a_risk_that_is_taken_is_a_warning() -> None:
    shown = io.StringIO()
    found = risks("worker:1", {BASE_FALLBACK: "true"}, {}, None)
    take_or_refuse(found, frozenset({UNCHECKED, FALLBACK}), Console(stream=shown, environment={}))
    assert shown.getvalue().count("warning: worker:1: ") == 2
    with pytest.raises(PushRefused) as error:
        take_or_refuse(found, frozenset({FALLBACK}), Console(stream=io.StringIO(), environment={}))
    assert UNCHECKED in error.value.message
    assert FALLBACK not in error.value.message
    assert error.value.mend == "python build.py check worker:1"
