"""The JSON Schema of image.toml, made from the model: `python -m airflow_ecs_image.spec.schema --write` or `--check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from airflow_ecs_image.resources import resource
from airflow_ecs_image.spec.ecs_model import TABLE, EcsSpec
from airflow_ecs_image.spec.generated_file import write_or_check
from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.versions import load_versions

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_path() -> Path:
    """Where the schema stands in a checkout."""
    return resource("docs/image.schema.json")


def image_schema() -> dict[str, Any]:
    """The schema of what image.toml may hold: the image spec's keys and the table of the ECS spec, each optional."""
    generated = ImageSpec.model_json_schema(mode="validation")
    properties = {name: _property(each) for name, each in generated["properties"].items()}
    releases = load_versions().airflow.values()
    properties["airflow_version"]["enum"] = [release.version for release in releases]
    pythons = {python for release in releases for python in release.pythons}
    properties["python_version"]["enum"] = sorted(pythons, key=lambda version: int(version.split(".")[1]))
    return {
        "$schema": _DIALECT,
        "title": "image.toml",
        "description": "The image spec of airflow-ecs-image. Command line and environment variables override it.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**properties, TABLE: ecs_schema()},
    }


def ecs_schema() -> dict[str, Any]:
    """The schema of the table [ecs]."""
    generated = EcsSpec.model_json_schema(mode="validation")
    return {
        "description": "The ECS spec: where and how the image runs.",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(each) for name, each in generated["properties"].items()},
    }


def schema_text() -> str:
    """The schema as the text of its file."""
    return json.dumps(image_schema(), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the schema's file, or say whether it still is what the model makes of it."""
    return write_or_check(
        arguments, path=schema_path(), text=schema_text(), module="airflow_ecs_image.spec.schema"
    )


def _property(generated: dict[str, Any]) -> dict[str, Any]:
    """One key as TOML can hold it: there is no null, and a list may be one comma-separated string."""
    kinds = [kind for kind in generated.pop("anyOf", []) if kind != {"type": "null"}]
    generated.pop("title", None)
    if generated.get("default", "") is None:
        del generated["default"]
    for kind in kinds:
        generated |= kind
    description = generated.pop("description")
    if generated.get("type") == "array":
        array = {key: generated.pop(key) for key in ("type", "items") if key in generated}
        generated = {"anyOf": [array, {"type": "string"}], **generated}
    return {"description": description, **generated}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
