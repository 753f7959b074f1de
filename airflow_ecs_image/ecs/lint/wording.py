"""How a value reads in a finding: short, in the form of its file, and never a secret."""

from __future__ import annotations

import json
import re

from airflow_ecs_image.checks.credential_patterns import (
    AWS_CREDENTIAL_NAMES,
    credentials_in_instruction,
    is_secret_name,
)
from airflow_ecs_image.ecs.control_plane_environment import SECRETS
from airflow_ecs_image.ecs.environment_formats import shell_line
from airflow_ecs_image.ecs.executor_options import OPTIONS
from airflow_ecs_image.ecs.lint.model import OPTION, Kind, Setting

_LONGEST = 100
_MORE_SECRETS = re.compile(r"SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|SQL_ALCHEMY|BACKEND|BROKER_URL|CONN|KEY")
_HARMLESS_CONNECTION = re.compile(r"[a-z0-9+_-]*:?/{0,2}")
_NO_SECRETS = frozenset(f"{OPTION}{name.upper()}" for name in OPTIONS if name != "run_task_kwargs")
_KEYS = {
    f"{OPTION}REGION_NAME": "region",
    "AIRFLOW__CORE__EXECUTOR": "executors",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": "execution_api_server_url",
    "AIRFLOW__LOGGING__REMOTE_LOGGING": "remote_logs",
    "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": "remote_logs",
}
_OPTION_NAME = re.compile(r"AIRFLOW__([A-Z0-9_]+?)__([A-Z0-9_]+)")


def is_secret(name: str, value: str) -> bool:
    """Whether a value is a secret, by its variable's name or by what it looks like."""
    if credentials_in_instruction(value) or name in SECRETS or name in AWS_CREDENTIAL_NAMES:
        return True
    if name.removesuffix("_SECRET") in SECRETS:
        # The name of the secret in Airflow's secrets backend.
        return False
    if name.startswith("AIRFLOW_CONN_") and _HARMLESS_CONNECTION.fullmatch(value):
        return False
    return is_secret_name(name)


def shown(setting: Setting) -> str:
    """The value in quotes; nothing of one that is, or may be, a secret."""
    value = setting.value
    if value is None:
        return "(set elsewhere)"
    if setting.name not in _NO_SECRETS and (
        _MORE_SECRETS.search(setting.name) or is_secret(setting.name, value)
    ):
        return "(not shown)"
    return quoted(value)


def quoted(value: str) -> str:
    """A value in quotes, in one line and not too long."""
    text = value if value.isprintable() else ascii(value)[1:-1]
    return f"'{text}'" if len(text) <= _LONGEST else f"'{text[:_LONGEST]}…'"


def named(setting: Setting) -> str:
    """The name as its file writes it: an option of airflow.cfg with its section."""
    return name_in(setting.kind, setting.name)


def name_in(kind: Kind, name: str) -> str:
    """A variable's name in that form of file."""
    match = _OPTION_NAME.fullmatch(name)
    if kind is Kind.CFG and match:
        return f"[{match[1].lower()}] {match[2].lower()}"
    return name


def line_in(kind: Kind, name: str, value: str) -> str:
    """The line that sets a variable in that form of file."""
    match = _OPTION_NAME.fullmatch(name)
    if kind is Kind.SHELL:
        return shell_line(name, value)
    if kind is Kind.CFG and match:
        return f"{match[2].lower()} = {value.replace('%', '%%')} (in [{match[1].lower()}])"
    if kind in (Kind.TASK_DEFINITION, Kind.RUN_TASK_KWARGS):
        return json.dumps({"name": name, "value": value}, ensure_ascii=False)
    if kind is Kind.SPEC:
        key = name.removeprefix(OPTION).lower() if name.startswith(OPTION) else name
        return f"{_KEYS.get(name, key)} in [ecs] of image.toml"
    if kind is Kind.JSON:
        return f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
    return f"{name}={value}"


def without(setting: Setting) -> str:
    """The mend for what should not be there."""
    return f"take {named(setting)} out"
