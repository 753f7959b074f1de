"""`ecs lint`: traps in the configuration of the executor, before ECS finds them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.ecs_env import COMPONENTS
from airflow_ecs_image.cli.help_page import HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.errors import LintFailed, SpecError

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console
    from airflow_ecs_image.ecs.lint.assembling import Known
    from airflow_ecs_image.ecs.lint.model import Finding, Inputs


@click.command(
    "lint",
    cls=VerbCommand,
    short_help="Find traps in the executor's configuration, with the line and the mend.",
    params=[
        click.Argument(["files"], metavar="[FILE]...", nargs=-1),
        HeadedOption(
            "--for",
            "component",
            metavar="COMPONENT",
            type=click.Choice(COMPONENTS),
            help="What a file is for that does not say it: scheduler, api-server, webserver, dag-processor, triggerer, worker, all.",
        ),
        HeadedOption(
            "--image", metavar="IMAGE", help="The workers' image: its labels and variables count as well."
        ),
        HeadedOption("--airflow-version", metavar="X.Y.Z", help="The Airflow version of your scheduler."),
        HeadedOption("--python-version", metavar="X.Y", help="The Python version of your scheduler."),
        HeadedOption("--strict", is_flag=True, help="Let advice fail as well."),
        HeadedOption("--list", "list_rules", is_flag=True, help="List the rules and read nothing."),
    ],
)
@click.pass_obj
def lint(
    invocation: Invocation,
    /,
    *,
    directory: Path,
    files: tuple[str, ...],
    component: str | None,
    image: str | None,
    strict: bool,
    list_rules: bool,
    **versions: str | None,
) -> int:
    """Read env files, shell exports, airflow.cfg, task definitions, run_task_kwargs and image.toml, together, and report
    each trap with its line, what is seen when it strikes, and the mend. What a FILE is, is found in it; - is standard
    input. Without a FILE image.toml is read. The exit code is 26 when there is an error.
    """
    console = invocation.console()
    if list_rules:
        _list(console)
        return 0
    from airflow_ecs_image.ecs.control_plane_environment import Component
    from airflow_ecs_image.ecs.lint.assembling import assemble
    from airflow_ecs_image.ecs.lint.described import described_by
    from airflow_ecs_image.ecs.lint.linting import lint as find
    from airflow_ecs_image.ecs.lint.model import Kind
    from airflow_ecs_image.ecs.lint.reading import read_document
    from airflow_ecs_image.spec.image_toml import FILE_NAME

    if not files and not (directory / FILE_NAME).is_file():
        raise SpecError(
            f"there is no FILE and no {FILE_NAME}", mend="name the files to look at, or - for standard input"
        )
    wanted = None if component is None else Component(component)
    documents = [read_document(name, directory, wanted) for name in files or (FILE_NAME,)]
    described = [described_by(each.file, directory) for each in documents if each.kind is Kind.SPEC]
    known = _known(directory, image, versions)
    inputs = assemble(documents, known, described)
    findings = find(inputs)
    _tell(inputs, findings, console)
    failed = any(each.severity == "error" or strict for each in findings)
    console.document(
        {
            "passed": not failed,
            "findings": [each.as_json() for each in findings],
            "files": [
                {"file": each.file, "kind": each.kind.value, "component": each.component}
                for each in documents
            ],
        }
    )
    return LintFailed.exit_code if failed else 0


def _known(directory: Path, image: str | None, versions: Mapping[str, str | None]) -> Known:
    """What the options and the image say; where nothing names an Airflow, it is that of image.toml, or the default."""
    from airflow_ecs_image.ecs.image_lookup import look_into
    from airflow_ecs_image.ecs.lint.assembling import Known
    from airflow_ecs_image.ecs.lint.model import Said
    from airflow_ecs_image.ecs.lint.position import Position
    from airflow_ecs_image.spec import load_spec

    for name, version in versions.items():
        # Any version: what is looked at need not be supported by `build`.
        if version is not None and not re.fullmatch(r"\d+(\.\d+){1,2}", version):
            raise SpecError(
                f"--{name.replace('_', '-')}: '{version}' is no version", mend="such as 3.3.2, or 3.13"
            )
    airflow, python = versions["airflow_version"], versions["python_version"]
    spec = load_spec({}, os.environ, directory)
    facts = None
    if image is not None:
        facts = look_into(image, spec.platform[0], platform_is_said=False, allow_tag=True)
    return Known(
        airflow or spec.airflow_version,
        facts,
        Said(airflow, Position("--airflow-version")) if airflow else None,
        Said(python, Position("--python-version")) if python else None,
    )


def _tell(inputs: Inputs, findings: Sequence[Finding], console: Console) -> None:
    from airflow_ecs_image.ecs.lint.model import Kind

    for side in inputs.sides:
        if side.position.file:
            console.text(f"{side.position}: {side.component} of Airflow {side.airflow_version} ({side.kind})")
    for document in inputs.documents:
        if document.kind in (Kind.SHELL, Kind.ENV, Kind.CFG, Kind.JSON) and not document.settings:
            console.warning(f"{document.file} sets nothing ({document.kind})")
    if not findings:
        console.text("nothing found")
        return
    rows = [
        (str(each.position), each.severity.value, each.code, f"{each.found}\n{each.why}\n→ {each.mend}")
        for each in findings
    ]
    console.table("", ("where", "", "rule", "found, why it breaks, and the mend"), rows)
    errors = sum(each.severity == "error" for each in findings)
    console.text("")
    console.text(f"errors: {errors}, advice: {len(findings) - errors}")


def _list(console: Console) -> None:
    from airflow_ecs_image.ecs.lint.linting import RULES

    rows = [(each.code, each.severity.value, each.title, each.why) for each in RULES]
    console.table("", ("rule", "", "trap", "why it breaks"), rows)
    console.document(
        {
            "rules": [
                {"code": each.code, "severity": each.severity.value, "title": each.title, "why": each.why}
                for each in RULES
            ]
        }
    )
