"""The options that decide a local stack: `up` has them, and the verbs that bring one up by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import OPTIONS, HeadedOption
from airflow_ecs_image.cli.spec_options import ecs_options, spec_options
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.local.model import DEFAULT_NAME
from airflow_ecs_image.spec.ecs_model import EcsSpec

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console
    from airflow_ecs_image.local.stack import StackRequest

STACK = "Stack"
"""The heading of its options."""

_RUN_SECONDS = 3600
_DAG_SOURCES = ("baked", "s3", "archive")
_LAST_PORT = 65535

# The other fields of both specs are keys of image.toml and variables here as well.
_IMAGE_FIELDS = (
    "airflow_version",
    "python_version",
    "base",
    "platform",
    "host_dag_path",
    "requirements_path",
    "tag",
)
_ECS_FIELDS = ("cpu", "memory")


def name_option(
    text: str = "Which stack, where there are several.", heading: str = OPTIONS, default: str = DEFAULT_NAME
) -> click.Parameter:
    """`--name`: which stack is meant."""
    return HeadedOption(
        "--name",
        "stack_name",
        heading=heading,
        metavar="NAME",
        default=default,
        help=f"{text} [default: {default}]",
    )


def timeout_option(text: str) -> click.Parameter:
    """`--timeout`: how long a DAG run may take."""
    return HeadedOption(
        "--timeout",
        metavar="SECONDS",
        type=click.FloatRange(min=1),
        default=_RUN_SECONDS,
        help=f"{text} [default: {_RUN_SECONDS}]",
    )


def _port(option: str, what: str) -> click.Parameter:
    return HeadedOption(
        option,
        heading=STACK,
        metavar="PORT",
        type=click.IntRange(0, _LAST_PORT),
        help=f"The port of {what} on this machine, 0 for any. [default: as it is, else any that is free]",
    )


STACK_OPTIONS: list[click.Parameter] = [
    name_option("The stack, of which there can be several.", STACK),
    HeadedOption(
        "--image",
        "existing_image",
        heading=STACK,
        metavar="IMAGE",
        help="Run this image, which exists, instead of building that of the image spec.",
    ),
    HeadedOption(
        "--dags",
        heading=STACK,
        metavar="SOURCE",
        type=click.Choice(_DAG_SOURCES),
        help="Where workers have their DAGs from: baked into the image, s3 or archive. [default: dag_source of the spec]",
    ),
    HeadedOption(
        "--slots",
        heading=STACK,
        metavar="N",
        type=click.IntRange(min=1),
        help="How many tasks run at once; others wait as they do for capacity. [default: as it is, else one a processor]",
    ),
    HeadedOption(
        "--secrets-file",
        heading=STACK,
        metavar="FILE",
        help="Values for the secrets of the task definition, a line NAME=value for each variable.",
    ),
    _port("--port", "Airflow"),
    _port("--s3-port", "S3"),
    _port("--ecs-port", "the ECS endpoint"),
    *ecs_options(*(name for name in EcsSpec.model_fields if name not in _ECS_FIELDS)),
    *spec_options(*_IMAGE_FIELDS),
]
"""In a list for `params`; `stack_request` takes their values."""


def stack_request(directory: Path, options: Mapping[str, object]) -> StackRequest:
    """The request of a command line: the values of STACK_OPTIONS by their names. Raises SpecError."""
    from airflow_ecs_image.cli.ecs_specs import load_specs
    from airflow_ecs_image.local.stack import Ports, StackRequest

    specs = load_specs(options, directory)
    secrets_file = options.get("secrets_file")
    values: dict[str, object] = {
        "name": options.get("stack_name") or DEFAULT_NAME,
        "image_name": options.get("existing_image"),
        "dag_source": options.get("dags"),
        "slots": options.get("slots"),
        "ports": Ports(
            airflow=_number(options.get("port")),
            s3=_number(options.get("s3_port")),
            ecs=_number(options.get("ecs_port")),
        ),
        "secrets": _secrets(directory / str(secrets_file)) if secrets_file else {},
    }
    return StackRequest(specs.image, specs.ecs, directory, **values)  # type: ignore[arg-type]


@contextmanager
def removed_afterwards(request: StackRequest, console: Console, *, wanted: bool) -> Iterator[None]:
    """Remove the stack at the end, whatever happened, where that is `wanted`."""
    try:
        yield
    finally:
        if wanted:
            from airflow_ecs_image.local.stack import down

            down(request.name, console)


def _secrets(path: Path) -> dict[str, str]:
    """The values of a file. No message quotes a line of it."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SpecError(
            f"--secrets-file: {path} cannot be read: {reason}", mend="a text file with lines NAME=value"
        ) from None
    found = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise SpecError(f"--secrets-file: line {number} of {path} is not NAME=value", mend="NAME=value")
        found[name.strip()] = value
    return found


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
