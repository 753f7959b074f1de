"""No string with a line break gets through in any field: it could start another instruction of the Dockerfile."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from airflow_ecs_image.errors import ToolkitError
from airflow_ecs_image.spec import ImageSpec, load_spec
from airflow_ecs_image.spec.option import variable

BREAKS = ["\n", "\r", "\r\n", "\x00", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800"]
MAPS = [name for name, field in ImageSpec.model_fields.items() if get_origin(field.annotation) is dict]
TUPLES = [name for name, field in ImageSpec.model_fields.items() if get_origin(field.annotation) is tuple]
BOOLEANS = [name for name, field in ImageSpec.model_fields.items() if field.annotation is bool]
# What each field would take, so that the break is the only thing wrong with the value.
RIGHT = {
    "base": "official", "airflow_version": "3.3.2", "python_version": "3.13", "executor_package_version": "9.39.0",
    "platform": "linux/amd64", "template": "file", "s3_uri": "s3://bucket/dags", "dag_source": "local",
    "dag_bundle": "s3://bucket/dags", "dag_bundle_name": "dags-folder",
    "host_dag_path": "dags", "container_dag_path": "/srv/dags", "requirements_path": "file",
    "system_packages": "git", "debian_mirror": "http://host/debian", "pip_conf": "file", "ca_bundle": "file",
    "aws_default_region": "eu-central-1", "aws_access_key_id": "AKIA", "aws_secret_access_key": "secret",
    "aws_session_token": "token", "tag": "worker:1", "environment": "NAME", "labels": "name",
    "levers": "bytecode=on", "size_budget": "150 MB", "start_budget": "3 s",
}  # fmt: skip


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "file").touch()
        yield Path(name)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from (*strings(name), *strings(each))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def as_given(name: str, text: str) -> Any:
    if name in MAPS:
        return (text if "=" in text else f"{text}=value",)
    return (text,) if name in TUPLES else text


def holds_no_break(spec: ImageSpec) -> bool:
    return not any(
        mark in text
        for name in ImageSpec.model_fields
        for text in strings(getattr(spec, name))
        for mark in BREAKS
    )


def test_every_field_of_text_is_covered() -> None:
    assert RIGHT.keys() | set(BOOLEANS) == ImageSpec.model_fields.keys()


@pytest.mark.parametrize("mark", BREAKS, ids=ascii)
@pytest.mark.parametrize("place", ["{0}{1}", "{1}{0}", "{0}{1}RUN id"])
@pytest.mark.parametrize("name", RIGHT)
def test_a_break_is_refused_wherever_it_stands(directory: Path, name: str, place: str, mark: str) -> None:
    text = place.format(RIGHT[name], mark)
    with pytest.raises(ToolkitError) as caught:
        load_spec({name: as_given(name, text), "bake_credentials": True}, {}, directory)
    for line in (caught.value.message, *caught.value.details):
        assert line.isprintable()


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("mark", BREAKS, ids=ascii)
def test_a_break_in_the_value_of_an_entry_is_refused_and_not_shown(
    directory: Path, name: str, mark: str
) -> None:
    with pytest.raises(ToolkitError) as caught:
        load_spec({name: (f"NAME=canary{mark}",)}, {}, directory)
    assert f"{name}.NAME: (--{name}) — it holds " in caught.value.message
    assert "canary" not in caught.value.message


# Any text, with a break put into most of it.
texts = st.one_of(
    st.text(), st.builds("{}{}{}".format, st.text(max_size=8), st.sampled_from(BREAKS), st.text(max_size=8))
)
near_misses = st.sampled_from(list(RIGHT.values())).flatmap(
    lambda right: st.builds(
        lambda at, mark: right[:at] + mark + right[at:], st.integers(0, 20), st.sampled_from(BREAKS)
    )
)


def is_safe(cli: dict[str, Any], environment: dict[str, str]) -> bool:
    """True when the values are refused in lines that hold no break, or taken without one."""
    try:
        return holds_no_break(load_spec(cli, environment, Path("/nonexistent")))
    except ToolkitError as error:
        return "\n" not in "".join([error.message, *error.details])


@settings(deadline=None)
@given(name=st.sampled_from(list(RIGHT)), text=st.one_of(texts, near_misses))
def test_nothing_that_gets_through_holds_a_break(name: str, text: str) -> None:
    assert is_safe({name: as_given(name, text), "bake_credentials": True}, {})


@settings(deadline=None)
@given(name=st.sampled_from(list(RIGHT)), text=texts)
def test_nothing_from_a_variable_holds_a_break(name: str, text: str) -> None:
    assert is_safe({}, {variable(name): text})


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1), st.text()), st.sampled_from(MAPS))
def test_nothing_in_a_map_holds_a_break(entries: dict[str, str], name: str) -> None:
    assert is_safe({name: entries}, {})
