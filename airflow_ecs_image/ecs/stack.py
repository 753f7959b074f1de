"""One CloudFormation template of the AWS side: specs in, YAML out."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs_image.ecs import stack_names, stack_yaml
from airflow_ecs_image.ecs.stack_policies import policies
from airflow_ecs_image.ecs.stack_task import task_properties
from airflow_ecs_image.ecs.stack_values import StackValues
from airflow_ecs_image.spec import EcsSpec, ImageSpec

if TYPE_CHECKING:
    from jinja2 import Environment

CAPABILITY = "CAPABILITY_NAMED_IAM"
"""What whoever deploys the stack agrees to: it makes roles and policies with names of their own."""

MOST_INLINE_BYTES = 51_200
"""The largest template that needs no bucket (CloudFormation user guide, "Understand CloudFormation quotas")."""

_TEMPLATES = Path(__file__).parent / "templates"
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


def stack_template(
    image: ImageSpec, ecs: EcsSpec, *, database: bool = False, kms_keys: Collection[str] = ()
) -> str:
    """The template, the same bytes each time; `database` adds PostgreSQL on RDS, `kms_keys` are ARNs of keys that existing
    secrets and buckets are encrypted with.

    The specs give the defaults of parameters. SpecError where they contradict each other.
    """
    values = StackValues.of(image, ecs, database=database)
    text = (
        _environment()
        .get_template("stack.yaml.j2")
        .render(
            values=values,
            ecs=ecs,
            policies=policies(image, values, kms_keys),
            task=task_properties(image, values),
            strategy=[stack_yaml.properties(each) for each in values.strategy],
            execution_role=stack_names.execution_role(values),
            task_role=stack_names.task_role(values),
            remote_folder=stack_names.remote_folder(values),
        )
    )
    return _BLANK_LINES.sub("\n\n", text).strip("\n") + "\n"


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - YAML, in which every value passes a filter of ours
    )
    environment.filters |= {
        "quoted": stack_yaml.quoted,
        "comment": stack_yaml.comment,
        "block": stack_yaml.block,
        "sub": stack_names.sub,
    }
    return environment
