"""A file of any form becomes a document: what it is, is found in what it holds."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from airflow_ecs_image.ecs.control_plane_environment import Component
from airflow_ecs_image.ecs.environment_formats import SECRET
from airflow_ecs_image.ecs.lint.json_lines import lines_of
from airflow_ecs_image.ecs.lint.model import OPTION, Document, Kind, Setting
from airflow_ecs_image.ecs.lint.position import Position
from airflow_ecs_image.ecs.lint.read_settings import read_cfg, read_env, read_variables
from airflow_ecs_image.ecs.lint.read_shell import read_shell
from airflow_ecs_image.ecs.lint.run_task import RUN_TASK_MEMBERS, camelized
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec.image_toml import FILE_NAME

STDIN = "-"
_HEAD = re.compile(r"^[#;] Component: ([a-z-]+); Airflow (\d+(?:\.\d+)*)$", re.MULTILINE)
_SECRET = re.compile(rf"^[#;] {SECRET}([A-Za-z_]\w*)\b")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_SECTION = re.compile(r"^\s*\[[A-Za-z_][\w .-]*\]\s*$", re.MULTILINE)
_EXPORT = re.compile(r"^\s*(export|declare|typeset|set|\.|source|:|#!)(\s|/)", re.MULTILINE)
_WORKERS = ("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "S3_URI", "CONNECTION_CHECK_MAX_COUNT")
_ALLOWED = "an env file, shell exports, airflow.cfg, a task definition, run_task_kwargs, or image.toml"


def read_document(name: str, directory: Path, component: Component | None) -> Document:
    """Read a file by its path, `-` from standard input. `component` is what a file is for that does not say it itself.

    SpecError when it cannot be read, or is of no form that is known.
    """
    file, text = _text(name, directory)
    document = _document(file, text)
    head = _HEAD.search(text) if document.kind is not Kind.JSON else None
    if head and head[1] in tuple(Component):
        document = replace(document, component=Component(head[1]))
    if head:
        document = replace(document, airflow_version=head[2])
    if document.kind is Kind.TASK_DEFINITION:
        return replace(document, component=Component.WORKER)
    if document.settings:
        document = replace(
            document,
            settings=document.settings + _secrets(document, text),
            component=document.component or component or _component(file, document.settings),
            carriage_returns=document.kind is Kind.SHELL and "\r\n" in text,
        )
    return document


def _secrets(document: Document, text: str) -> tuple[Setting, ...]:
    """The variables that comments name as set elsewhere."""
    return tuple(
        Setting(match[1], None, Position(document.file, number), document.kind)
        for number, line in enumerate(text.splitlines(), 1)
        if (match := _SECRET.match(line))
    )


def _text(name: str, directory: Path) -> tuple[str, str]:
    if name == STDIN:
        return "standard input", sys.stdin.read()
    try:
        content = (directory / name).read_bytes()
    except OSError as error:
        raise SpecError(f"{name}: cannot be read: {error.strerror}") from None
    try:
        return name, content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SpecError(f"{name}:{line}: it is not UTF-8", mend="save the file as UTF-8") from None


def _document(file: str, text: str) -> Document:
    if Path(file).name == FILE_NAME:
        return Document(file, Kind.SPEC)
    if text.lstrip()[:1] in ("{", "[") and not _SECTION.search(text):
        return _json(file, text)
    if _SECTION.search(text):
        return Document(file, Kind.CFG, read_cfg(file, text))
    if _EXPORT.search(text):
        return Document(file, Kind.SHELL, read_shell(file, text))
    if not text.strip():
        raise SpecError(f"{file}: it is empty", mend=f"it can be {_ALLOWED}")
    return Document(file, Kind.ENV, read_env(file, text))


def _json(file: str, text: str) -> Document:
    try:
        content = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise SpecError(
            f"{Position(file, line)}: it is not JSON: {error.args[0].partition(':')[0]}"
        ) from None
    lines = lines_of(text)
    if isinstance(content, dict):
        inner = content.get("taskDefinition")
        definition = inner if isinstance(inner, dict) else content
        if "containerDefinitions" in definition:
            return Document(file, Kind.TASK_DEFINITION, content=content, lines=lines)
        if isinstance(content.get("variables"), dict):
            return _made_by_us(file, content, lines)
        if content and all(_VARIABLE.fullmatch(name) for name in content):
            return Document(file, Kind.JSON, read_variables(file, content, lines, ()))
        if any(camelized(name) in RUN_TASK_MEMBERS for name in content):
            return Document(file, Kind.RUN_TASK_KWARGS, content=content, lines=lines)
    raise SpecError(f"{file}: JSON of no known form", mend=f"it can be {_ALLOWED}")


def _made_by_us(
    file: str, content: Mapping[str, Any], lines: Mapping[tuple[str | int, ...], int]
) -> Document:
    secrets = content.get("secrets")
    settings = read_variables(file, content["variables"], lines, ("variables",))
    if isinstance(secrets, dict):
        settings += tuple(
            Setting(name, None, Position(file, lines.get(("secrets", name), 0)), Kind.JSON)
            for name in secrets
        )
    component = str(content.get("component", ""))
    version = content.get("airflow_version")
    return Document(
        file,
        Kind.JSON,
        settings,
        Component(component) if component in tuple(Component) else None,
        version if isinstance(version, str) and re.fullmatch(r"\d+(\.\d+)*", version) else None,
    )


def _component(file: str, settings: tuple[Setting, ...]) -> Component:
    """What a file without a head is for: its name says it, else what is in it."""
    name = Path(file).name.lower().replace("_", "-")
    for component in Component:
        if component is not Component.ALL and component.value in name:
            return component
    names = {setting.name for setting in settings}
    if any(each.startswith((OPTION, "AIRFLOW__ECS_EXECUTOR__")) for each in names):
        return Component.SCHEDULER
    if any(each.startswith("AIRFLOW__API_AUTH__") for each in names):
        return Component.SCHEDULER
    return Component.WORKER if names & set(_WORKERS) else Component.SCHEDULER
