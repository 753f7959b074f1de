"""Credentials: refused without the order to bake them, and shown nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflow_ecs_image.errors import CredentialsRefused, SpecError, ToolkitError
from airflow_ecs_image.spec import ImageSpec, load_spec, spec_hash

KEY_ID = "AKIACANARYCANARY0001"
SECRET = "canary/secret+canary"
TOKEN = "canary-token=="
PAIR = {"aws_access_key_id": KEY_ID, "aws_secret_access_key": SECRET}
ALL = {**PAIR, "aws_session_token": TOKEN}


def shown(error: ToolkitError) -> str:
    return "\n".join([error.message, str(error), repr(error), error.mend or "", *error.details])


def holds_no_credential(text: str) -> bool:
    return not any(value in text for value in (KEY_ID, SECRET, TOKEN, "canary"))


@pytest.mark.parametrize("name", ALL)
def test_a_credential_without_the_order_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CredentialsRefused) as caught:
        load_spec({name: ALL[name]}, {}, tmp_path)
    error = caught.value
    assert error.exit_code == 12
    assert error.message.startswith(
        f"{name} (--{name.replace('_', '-')}) — stored in the image and its history"
    )
    assert "task role" in error.message
    assert error.mend is not None
    assert "--bake-credentials" in error.mend
    assert "\n" not in error.message
    assert holds_no_credential(shown(error))


def test_all_of_them_are_named_with_their_sources(tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text(f'\naws_secret_access_key = "{SECRET}"\n')
    with pytest.raises(CredentialsRefused) as caught:
        load_spec({"aws_access_key_id": KEY_ID}, {"AIRFLOW_ECS_IMAGE_AWS_SESSION_TOKEN": TOKEN}, tmp_path)
    assert caught.value.message.startswith(
        "aws_access_key_id (--aws-access-key-id), aws_secret_access_key (image.toml:2), "
        "aws_session_token (AIRFLOW_ECS_IMAGE_AWS_SESSION_TOKEN) — "
    )


def test_beside_another_mistake_both_are_said(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec({**ALL, "tag": "A"}, {}, tmp_path)
    assert len(caught.value.details) == 2
    assert "stored in the image" in caught.value.details[1]
    assert holds_no_credential(shown(caught.value))


def test_with_the_order_they_are_taken(tmp_path: Path) -> None:
    spec = load_spec({**ALL, "bake_credentials": True}, {}, tmp_path)
    assert spec.aws_secret_access_key is not None
    assert spec.aws_secret_access_key.get_secret_value() == SECRET


def test_the_order_without_credentials_is_fine(tmp_path: Path) -> None:
    assert load_spec({"bake_credentials": True}, {}, tmp_path).aws_access_key_id is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"aws_access_key_id": KEY_ID}, "aws_secret_access_key is not given"),
        ({"aws_secret_access_key": SECRET}, "aws_access_key_id is not given"),
        ({"aws_session_token": TOKEN}, "aws_access_key_id is not given"),
        ({**PAIR, "aws_access_key_id": "ASIACANARYCANARY0001"}, "needs its session token"),
    ],
)
def test_an_incomplete_set_is_refused(tmp_path: Path, given: dict[str, str], why: str) -> None:
    with pytest.raises(SpecError, match=why) as caught:
        load_spec({**given, "bake_credentials": True}, {}, tmp_path)
    assert holds_no_credential(shown(caught.value))


@pytest.mark.parametrize(
    "value", ["canary\n", "canary canary", "canary\x00", "cänary", 'canary"\r', " canary"]
)
@pytest.mark.parametrize("name", ALL)
def test_a_malformed_credential_is_refused_and_not_shown(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec({**ALL, name: value, "bake_credentials": True}, {}, tmp_path)
    assert caught.value.message.startswith(f"{name}: (--{name.replace('_', '-')}) — it holds ")
    assert "anary" not in shown(caught.value)


def test_a_credential_of_the_wrong_type_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text("aws_secret_access_key = 271828\n")
    with pytest.raises(SpecError) as caught:
        load_spec({}, {}, tmp_path)
    assert "271828" not in shown(caught.value)


def test_no_form_of_the_spec_shows_them(tmp_path: Path) -> None:
    spec = load_spec({**ALL, "bake_credentials": True}, {}, tmp_path)
    forms = [
        repr(spec),
        str(spec),
        str(spec.model_dump()),
        spec.model_dump_json(),
        json.dumps(spec.model_dump(mode="json")),
    ]
    assert all(holds_no_credential(form) for form in forms)


def test_the_hash_tells_nothing_about_them(tmp_path: Path) -> None:
    one = load_spec({**PAIR, "bake_credentials": True}, {}, tmp_path)
    other = load_spec(
        {"aws_access_key_id": "x", "aws_secret_access_key": "y", "bake_credentials": True}, {}, tmp_path
    )
    assert spec_hash(one) == spec_hash(other)
    assert spec_hash(one) != spec_hash(ImageSpec(bake_credentials=True))
