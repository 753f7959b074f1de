"""`ecs task-definition`: what ECS runs, from the image and the specs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airflow_ecs_image.cli.ecs_specs import Specs, load_specs
from airflow_ecs_image.cli.help_page import FOOTNOTE, HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.output_file import write_output
from airflow_ecs_image.cli.spec_options import ecs_options, spec_options
from airflow_ecs_image.errors import SpecError

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console
    from airflow_ecs_image.ecs.image_facts import ImageFacts
    from airflow_ecs_image.ecs.overrides_budget import Budget


@click.command(
    "task-definition",
    cls=VerbCommand,
    epilog=FOOTNOTE,
    short_help="The task definition of the image, as JSON or registered.",
    params=[
        HeadedOption("--output", "-o", metavar="FILE", help="Write it there instead of standard output."),
        HeadedOption(
            "--register",
            is_flag=True,
            help="Register it with ECS, unless the latest revision is the same, and print FAMILY:REVISION.",
        ),
        HeadedOption("--allow-tag", is_flag=True, help="Take an image by a tag that has no digest."),
        HeadedOption(
            "--no-inspect",
            is_flag=True,
            help="Do not look into the image: image.toml is right about it. Needs --platform.",
        ),
        *spec_options("airflow_version", "python_version", "platform", "read_only_root_filesystem"),
        *ecs_options(),
    ],
)
@click.pass_obj
def task_definition(
    invocation: Invocation,
    /,
    *,
    directory: Path,
    output: str | None,
    register: bool,
    allow_tag: bool,
    no_inspect: bool,
    **options: object,
) -> None:
    """Print the input of RegisterTaskDefinition: the image by its digest, its own architecture, the variables and secrets
    that a worker of its Airflow needs, and nothing that the other line of Airflow would. It is compared with ECS's own model.
    """
    specs = load_specs(options, directory)
    from airflow_ecs_image.ecs.image_agreement import agree, versions_of
    from airflow_ecs_image.ecs.overrides_budget import overrides_budget
    from airflow_ecs_image.ecs.place import place_of
    from airflow_ecs_image.ecs.task_definition import task_definition as definition_of
    from airflow_ecs_image.ecs.task_definition_model import validate
    from airflow_ecs_image.versions import load_versions

    console = invocation.console(output_is_for_programs=True)
    place = place_of(specs.image, specs.ecs)
    facts = _unread(specs, allow_tag=allow_tag) if no_inspect else _read(specs, allow_tag=allow_tag)
    agree(specs.image, facts, specs.said)
    image = specs.image_with(versions_of(facts, specs.said), directory)
    definition = definition_of(image, specs.ecs, facts, place)
    validate(definition)
    budget = overrides_budget(specs.ecs, load_versions().release(image.airflow_version).major)
    _tell(specs, facts, budget, console)
    document: dict[str, Any] = {"taskDefinition": definition, "overrides": budget.as_json()}
    text = json.dumps(definition, indent=2, ensure_ascii=False) + "\n"
    if output is not None:
        write_output(text, directory / output, console)
    if register:
        from airflow_ecs_image.ecs.task_definition_register import register as register_with_ecs

        done = register_with_ecs(definition, place.region)
        document |= done.as_json()
        console.text("registered" if done.new else "nothing to register: the latest revision is the same")
        text = f"{done.family}:{done.revision}\n"
    if invocation.json_mode:
        console.document(document)
    elif register or output is None:
        sys.stdout.write(text)


def _platform(specs: Specs) -> str:
    if len(specs.image.platform) > 1:
        raise SpecError(
            f"platform: {', '.join(specs.image.platform)} — a task definition is for one of them",
            mend=f"--platform {specs.image.platform[0]}",
        )
    return specs.image.platform[0]


def _read(specs: Specs, *, allow_tag: bool) -> ImageFacts:
    from airflow_ecs_image.ecs.image_lookup import look_into

    return look_into(
        specs.ecs.image or specs.image.tag,
        _platform(specs),
        platform_is_said="platform" in specs.said,
        allow_tag=allow_tag,
    )


def _unread(specs: Specs, *, allow_tag: bool) -> ImageFacts:
    from airflow_ecs_image.ecs.image_facts import ImageFacts
    from airflow_ecs_image.ecs.image_lookup import pinned_reference

    if "platform" not in specs.said:
        raise SpecError(
            "platform: it is not set, and --no-inspect does not ask the image",
            mend="--platform linux/amd64 or --platform linux/arm64",
        )
    reference = pinned_reference(specs.ecs.image or specs.image.tag, (), allow_tag=allow_tag)
    return ImageFacts.of_spec(reference, _platform(specs), specs.image)


def _tell(specs: Specs, facts: ImageFacts, budget: Budget, console: Console) -> None:
    console.text(
        f"{facts.reference} ({facts.platform}); overrides of a task: {budget.total:,} of {budget.most:,} characters, "
        f"{budget.command:,} of them the worker command"
    )
    if budget.worrying:
        console.warning(
            f"only {budget.left:,} characters are left for executor_config and long names: "
            "move variables from run_task_kwargs to worker_environment"
        )
    if "@" not in facts.reference:
        console.warning(f"{facts.reference} is a tag: what a task runs changes when somebody moves it")
    if facts.writable_paths and specs.ecs.run_task_kwargs.get("enableExecuteCommand"):
        console.warning(
            "enableExecuteCommand: ECS Exec does not work with a read-only root filesystem "
            "(ECS developer guide, Considerations for using Amazon ECS Exec)"
        )
