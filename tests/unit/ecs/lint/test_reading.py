"""What a file is, is found in it; shell words and JSON lines are read as a shell and Python read them."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from airflow_ecs_image.ecs.control_plane_environment import Component
from airflow_ecs_image.ecs.environment_formats import shell_line
from airflow_ecs_image.ecs.lint.json_lines import lines_of
from airflow_ecs_image.ecs.lint.model import Kind
from airflow_ecs_image.ecs.lint.read_settings import read_cfg
from airflow_ecs_image.ecs.lint.read_shell import read_shell
from airflow_ecs_image.ecs.lint.reading import read_document
from airflow_ecs_image.ecs.lint.run_task import RUN_TASK_MEMBERS, camelized
from airflow_ecs_image.errors import SpecError

from .files import SCHEDULER, WORKER, E, definition, env

LINE = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs", "Cc"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def kind(tmp_path: Path, text: str, name: str = "file") -> tuple[Kind, Component | None]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    document = read_document(name, tmp_path, None)
    return document.kind, document.component


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (env(SCHEDULER), (Kind.ENV, Component.SCHEDULER)),
        (env(WORKER), (Kind.ENV, Component.WORKER)),
        ("#!/bin/sh\n" + env(SCHEDULER), (Kind.SHELL, Component.SCHEDULER)),
        (f"export {E}CLUSTER=a\n", (Kind.SHELL, Component.SCHEDULER)),
        ("# a comment\n\n[core]\nexecutor = x\n", (Kind.CFG, Component.SCHEDULER)),
        (json.dumps(dict(WORKER)), (Kind.JSON, Component.WORKER)),
        (definition()["task-definition.json"], (Kind.TASK_DEFINITION, Component.WORKER)),
        ('{"enableExecuteCommand": true}', (Kind.RUN_TASK_KWARGS, None)),
        ('{"capacity_provider_strategy": []}', (Kind.RUN_TASK_KWARGS, None)),
        ("# Component: triggerer; Airflow 3.3.2\nA=b\n", (Kind.ENV, Component.TRIGGERER)),
    ],
)
def test_what_a_file_is_is_found_in_it(
    tmp_path: Path, text: str, expected: tuple[Kind, Component | None]
) -> None:
    assert kind(tmp_path, text) == expected


def test_the_name_says_what_a_file_is_for_and_its_head_says_it_better(tmp_path: Path) -> None:
    assert kind(tmp_path, "A=b\n", "api_server.env")[1] is Component.API_SERVER
    assert kind(tmp_path, "# Component: worker; Airflow 3.3.2\nA=b\n", "scheduler.env")[1] is Component.WORKER


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "file: it is empty"),
        ("AIRFLOW__CORE__EXECUTOR=x\nnot a line\n", "file:2: the line is no NAME=VALUE"),
        ("export A='b\n", "file:1: a quote is not closed"),
        ("[core]\nexecutor\n", "file:2: the line is neither"),
        ("[2026-11-25] {x.py:1} WARNING\n[core]\n", "file:1: the line is neither"),
        ('{"a": 1,\n}', "file:2: it is not JSON"),
        ('{"a": 1}', "file: JSON of no known form"),
        ("[1]", "file: JSON of no known form"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "file").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as refused:
        read_document("file", tmp_path, None)
    assert refused.value.message.startswith(words)


def test_other_bytes_and_missing_files_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"A=b\n\xff\n")
    with pytest.raises(SpecError, match="file:2: it is not UTF-8"):
        read_document("file", tmp_path, None)
    with pytest.raises(SpecError, match="missing: cannot be read: No such file"):
        read_document("missing", tmp_path, None)


@given(values=st.lists(LINE, max_size=5))
def test_every_value_that_is_written_is_read_again(values: list[str]) -> None:
    text = "".join(f"{shell_line(f'N{index}', value)}\n" for index, value in enumerate(values))
    settings = read_shell("file", text)
    assert [(each.value, each.position.line, each.exported) for each in settings] == [
        (value, number, True) for number, value in enumerate(values, 1)
    ]


@given(value=LINE)
def test_quotes_are_taken_away_as_python_does(value: str) -> None:
    (setting,) = read_shell("file", f"export A={shlex.quote(value)}")
    assert setting.value == value


SCRIPT = r"""#!/bin/bash
# comment ' with a quote
export A=plain B="two words"  # and a comment
export C='single $X `no`' D=a\ b
E=early
export E
set -a
F=all; G="x;y#z"
set +a
H=no
export I="\"quoted\" \$5 \\ back" J=a'b'"c"
export K=one\
two
declare -x L=declared
export M=#notacomment N=
if true; then export O=inside; fi
"""


def test_a_real_shell_sees_the_same_exports() -> None:
    done = subprocess.run(
        ["bash", "-c", SCRIPT + "\nenv -0"], env={}, capture_output=True, check=True, text=True
    )
    seen = dict(line.partition("=")[::2] for line in done.stdout.split("\0") if line)
    own = {each.name: each.value for each in read_shell("file", SCRIPT) if each.exported}
    assert own == {name: value for name, value in seen.items() if len(name) == 1 and name != "_"}
    assert [each.name for each in read_shell("file", SCRIPT) if not each.exported] == ["H"]


def test_what_a_shell_puts_in_is_not_known() -> None:
    text = 'export A="$HOME" B=$(cat x) C=`id` D=\'$HOME\'\n: "${SECRET:?is not set}"\n'
    assert [(each.name, each.value) for each in read_shell("file", text)][3:] == [
        ("D", "$HOME"),
        ("SECRET", None),
    ]
    assert {each.value for each in read_shell("file", text)[:3]} == {None}


def test_airflow_cfg_is_read_with_its_lines_and_continuations() -> None:
    text = "[core]\n# executor = a\nexecutor = b,\n    c\n\n[Logging]\nx: 100%%\n"
    assert [(each.name, each.value, each.position.line) for each in read_cfg("f", text)] == [
        ("AIRFLOW__CORE__EXECUTOR", "b,\nc", 3),
        ("AIRFLOW__LOGGING__X", "100%", 7),
    ]


@given(content=JSON, indent=st.sampled_from([None, 1, 4]))
def test_every_value_of_json_has_the_line_that_it_begins_on(content: object, indent: int | None) -> None:
    text = json.dumps(content, indent=indent)
    lines = lines_of(text)
    for path, line in lines.items():
        value: object = content
        for key in path:
            value = value[key]  # type: ignore[index]
        rest = "\n".join(text.splitlines()[line - 1 :])
        first = json.dumps(value, indent=indent).splitlines()[0]
        assert first in rest.splitlines()[0]
    assert len(lines) == _count(content)


def _count(value: object) -> int:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(_count(each) for each in members)


def test_the_arguments_of_run_task_are_those_of_ecs() -> None:
    model = get_session().get_service_model("ecs").operation_model("RunTask").input_shape
    assert frozenset(model.members) == RUN_TASK_MEMBERS


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("capacity_provider_strategy", "capacityProviderStrategy"),
        ("enableExecuteCommand", "enableExecuteCommand"),
        ("enable_ecs_managed_tags", "enableEcsManagedTags"),
        ("Tags", "tags"),
    ],
)
def test_keys_become_what_the_executor_sends(key: str, sent: str) -> None:
    assert camelized(key) == sent
