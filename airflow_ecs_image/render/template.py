"""Image spec and base in, text of the Dockerfile out: no engine, no network, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from airflow_ecs_image import __version__
from airflow_ecs_image.bases.model import ResolvedBase
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.render import quoting
from airflow_ecs_image.spec import ImageSpec

TEMPLATE_NAME = "Dockerfile.j2"
_HEREDOC = re.compile(r"^(?:COPY|RUN|\s+--mount).*<<'(\w+)'")


@dataclass(frozen=True)
class RenderInputs:
    """All that decides the text: the spec, the base, and the texts that are embedded in the Dockerfile.

    `locks` maps `uv`, `aws_cli` and `airflow` to the text of a lock; `scripts` maps `entrypoint`, `fetch_dags` and
    `base_entrypoint` to the text of a script; `labels` are the image's labels. `host_dag_path` and
    `requirements_path` are relative to the build context, None where the image has none; `extra_packages` go into an
    official base beside the executor package.
    """

    spec: ImageSpec
    base: ResolvedBase
    locks: Mapping[str, str]
    scripts: Mapping[str, str]
    labels: Mapping[str, str]
    host_dag_path: str | None
    requirements_path: str | None
    extra_packages: tuple[str, ...] = ()


def render(inputs: RenderInputs, *, template_directory: Path, user_template: Path | None = None) -> str:
    """The Dockerfile. Raises SpecError for a value that cannot be quoted and for a broken user template."""
    environment = _environment(template_directory, user_template)
    spec = inputs.spec
    try:
        template = environment.get_template(user_template.name if user_template else TEMPLATE_NAME)
        text = template.render(
            spec=spec,
            base=inputs.base,
            title=f"Airflow {spec.airflow_version} on Python {spec.python_version} for the AWS ECS executor",
            toolkit_version=__version__,
            locks=_stripped(inputs.locks),
            scripts=_stripped(inputs.scripts),
            labels=inputs.labels,
            host_dag_path=inputs.host_dag_path,
            requirements_path=inputs.requirements_path,
            extra_packages=inputs.extra_packages,
        )
    except TemplateError as error:
        name = user_template or TEMPLATE_NAME
        line = getattr(error, "lineno", None)
        place = f"{name}, line {line}" if line else str(name)
        raise SpecError(
            f"template {place}: {error.message}", mend="see the blocks of Dockerfile.j2"
        ) from error
    return _without_blank_noise(text)


def _environment(template_directory: Path, user_template: Path | None) -> Environment:
    directories = [user_template.parent] if user_template else []
    environment = SandboxedEnvironment(
        loader=ChoiceLoader(
            [FileSystemLoader(directory) for directory in (template_directory, *directories)]
        ),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["quote"] = quoting.quote
    environment.filters["shell"] = quoting.shell
    environment.filters["comment"] = quoting.comment
    environment.filters["default_value"] = quoting.default_value
    return environment


def _stripped(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text.strip("\n") for name, text in texts.items()}


def _without_blank_noise(text: str) -> str:
    """At most one blank line in a row; the embedded files keep theirs."""
    lines: list[str] = []
    end_of_file: str | None = None
    for line in text.splitlines():
        if end_of_file is None and not line.strip() and (not lines or not lines[-1]):
            continue
        lines.append(line if end_of_file is not None else line.rstrip())
        opening = _HEREDOC.search(line) if end_of_file is None else None
        if opening:
            end_of_file = opening.group(1)
        elif line == end_of_file:
            end_of_file = None
    return "\n".join(lines).strip("\n") + "\n"
