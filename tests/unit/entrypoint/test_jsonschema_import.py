"""The short check says yes only where jsonschema does, and in doubt jsonschema decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .start import AIRFLOW_2, AIRFLOW_3, install, lever, python, write

_NAMES = st.sampled_from(["a", "b", "c"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.just(1.0) | st.sampled_from(["a", "x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=8,
)
_TYPES = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])


def _schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {},
        optional={
            "type": _TYPES | st.lists(_TYPES, min_size=1, max_size=3, unique=True),
            "enum": st.lists(st.sampled_from(["a", "x", 1, None]), min_size=1, unique=True),
            "required": st.lists(_NAMES, unique=True),
            "items": inner,
            "properties": st.dictionaries(_NAMES, inner, max_size=2),
            "additionalProperties": st.booleans() | inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "$ref": st.sampled_from(["#/definitions/own", "#"]),
            "minLength": st.integers(0, 2),
            "description": st.just("x"),
            "additional_properties": st.sampled_from([False]),
        },
    )


_SCHEMAS: st.SearchStrategy[Any] = st.recursive(st.booleans() | st.just({}), _schemas, max_leaves=6)


CHECK = lever("jsonschema_import")


@given(value=_VALUES, schema=_SCHEMAS)
def test_what_fits_is_valid(value: object, schema: Any) -> None:
    definitions: dict[str, Any] = {"own": {"type": "string"}}
    whole = {**schema, "definitions": definitions} if isinstance(schema, dict) else schema
    if CHECK.fits(value, whole, definitions):
        assert jsonschema.Draft7Validator(whole).is_valid(value)


def test_what_a_provider_looks_like_is_not_in_doubt() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "x"},
            "hooks": {
                "type": "array",
                "items": {"type": "string"},
                "deprecated": {"deprecatedVersion": "2.2.0"},
            },
            "config": {
                "type": "object",
                "additionalProperties": {"$ref": "#/definitions/option"},
                "additional_properties": False,
            },
        },
        "definitions": {
            "option": {"properties": {"default": {"type": ["string", "null"]}}, "required": ["default"]}
        },
        "required": ["name"],
    }
    value = {"name": "x", "hooks": ["y"], "config": {"z": {"default": None}}, "more": 1}
    assert CHECK.fits(value, schema, schema["definitions"])
    assert not CHECK.fits({**value, "config": {"z": {}}}, schema, schema["definitions"])


_MANAGER = """
import json
import airflow

def _create_provider_info_schema_validator():
    import jsonschema
    with open(airflow.__path__[0] + "/provider_info.schema.json") as file:
        return jsonschema.Draft7Validator(json.load(file))
"""
_PROGRAM = """
import sys
from airflow import providers_manager
validator = providers_manager._create_provider_info_schema_validator()
validator.validate({"name": "x"})
print("jsonschema" in sys.modules)
try:
    validator.validate({"name": 1})
except Exception as error:
    print(type(error).__name__, error.message)
print(validator.is_valid({"name": "x"}), "jsonschema" in sys.modules)
"""


@pytest.mark.parametrize("airflow", [2, 3])
@pytest.mark.parametrize(
    ("schema", "at_once"),
    [
        ('{"properties": {"name": {"type": "string"}}}', False),
        ('{"properties": {"name": {"type": "string", "maxLength": 5}}}', True),
    ],
)
def test_jsonschema_decides_in_doubt_with_its_own_words(
    tmp_path: Path, schema: str, at_once: bool, airflow: int
) -> None:
    packages = tmp_path / "packages"
    install(packages, "jsonschema_import")
    write(packages, "airflow/providers_manager.py", _MANAGER)
    (packages / "airflow/provider_info.schema.json").write_text(schema, encoding="utf-8")
    write(packages, "airflow/sdk/execution_time/execute_workload.py", _PROGRAM)
    write(packages, "bin/airflow", _PROGRAM)
    command = AIRFLOW_3 if airflow == 3 else (str(packages / "bin/airflow"), *AIRFLOW_2)
    assert python(packages, *command) == [
        str(at_once),
        "ValidationError 1 is not of type 'string'",
        "True True",
    ]
