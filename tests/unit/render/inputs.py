"""Inputs that hold nothing hostile, and the instructions that they render to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from airflow_ecs_image.bases import ResolvedBase
from airflow_ecs_image.render import RenderInputs, render
from airflow_ecs_image.resources import resource_directory
from airflow_ecs_image.spec import ImageSpec

from .dockerfile import Instruction, parse

OFFICIAL = ResolvedBase(kind="official", reference="apache/airflow:3", name="apache/airflow:3")
SOURCE = ResolvedBase(
    kind="source",
    reference="root:trixie",
    name="debian:trixie",
    debian="trixie",
    root_filesystem="mirror",
    registry_reference="debian:trixie-slim",
)


def inputs(spec: dict[str, Any] | None = None, **more: Any) -> RenderInputs:
    """Plain inputs with some of their fields, and some of their spec's, set to something else.

    The fields of the spec are set past its own rules: rendering has to be safe without them.
    """
    plain = RenderInputs(
        spec=ImageSpec().model_copy(update=spec or {}),
        base=SOURCE,
        locks={"uv": "uv==1 --hash=x", "airflow": "a==1", "aws_cli": "b==2"},
        scripts={
            "entrypoint": "#!/bin/sh\n\n\ntrue",
            "fetch_dags": "x = 1",
            "pack_bytecode": "y = 2",
            "parse_yaml": "y = 2",
            "base_entrypoint": "true",
        },
        fetcher_modules={"main.py": "y = 2", "tar.py": "z = 3"},
        start_modules={
            path.name: path.read_text(encoding="utf-8")
            for path in (resource_directory() / "entrypoint" / "airflow_ecs_image_start").glob("*.py")
        },
        labels={"a.label": "x"},
        host_dag_path="dags",
        requirements_path="requirements.txt",
        source_date_epoch=1_700_000_000,
    )
    return replace(plain, **more)


def instructions(given: RenderInputs) -> list[Instruction]:
    """The instructions of the Dockerfile."""
    return parse(render(given, template_directory=resource_directory()))
