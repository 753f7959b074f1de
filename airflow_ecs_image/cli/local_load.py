"""`local load`: many tasks at once, counted."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import FOOTNOTE, HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.local_options import (
    STACK,
    STACK_OPTIONS,
    name_option,
    removed_afterwards,
    stack_request,
    timeout_option,
)
from airflow_ecs_image.cli.reporting import end
from airflow_ecs_image.errors import DagRunFailed

if TYPE_CHECKING:
    from airflow_ecs_image.local.load.report import LoadReport

_HEADING = "Faults"
# What the load decides by itself: where workers have the DAG from, and how many run at once.
_DECIDED = ("stack_name", "dags", "slots")
_STACK = "airflow-ecs-load"


@click.command(
    "load",
    cls=VerbCommand,
    epilog=FOOTNOTE,
    short_help="Run many tasks at once: none lost, none run twice, and where the time went.",
    params=[
        HeadedOption("--tasks", metavar="N", type=int, required=True, help="How many tasks the DAG run has."),
        HeadedOption(
            "--running",
            metavar="N",
            type=int,
            help="How many ECS has room for at once. [default: one a processor, with --simulate half of the tasks]",
        ),
        HeadedOption(
            "--simulate",
            "simulated",
            is_flag=True,
            help="Start no containers: the endpoint takes the tasks through ECS's states, and simulated workers speak to Airflow.",
        ),
        HeadedOption(
            "--seconds",
            metavar="SECONDS",
            type=float,
            help="How long each task works. [default: 1, with --simulate 120]",
        ),
        HeadedOption(
            "--parallelism",
            metavar="N",
            type=int,
            help="How many tasks Airflow hands to the executor at once. [default: all]",
        ),
        timeout_option("How long the DAG run may take; what has not ended then is lost."),
        HeadedOption("--down", is_flag=True, help="Remove the stack afterwards."),
        HeadedOption(
            "--latency",
            heading=_HEADING,
            metavar="SECONDS",
            type=float,
            default=0.0,
            help="How long ECS takes to answer each call. [default: 0]",
        ),
        HeadedOption(
            "--throttle",
            heading=_HEADING,
            metavar="N",
            type=float,
            default=0.0,
            help="How many RunTask ECS takes in a second; it refuses others with ThrottlingException. [default: any number]",
        ),
        HeadedOption(
            "--capacity-failures",
            heading=_HEADING,
            metavar="N",
            type=int,
            default=0,
            help="For how many RunTask there is no capacity at first. [default: 0]",
        ),
        name_option("The stack of the load, which replaces its DAGs and settings.", STACK, default=_STACK),
        *(option for option in STACK_OPTIONS if option.name not in _DECIDED),
    ],
)
@click.pass_obj
def load(
    invocation: Invocation,
    /,
    *,
    directory: Path,
    timeout: float,
    down: bool,
    **options: object,
) -> int:
    """Bring up a stack with the settings that so many tasks need, run them, and count by three witnesses: what Airflow says, what
    the endpoint was asked to run, and what the tasks printed. The exit code is 0 only if every task succeeded and none ran twice.
    """
    console = invocation.console()
    from airflow_ecs_image.engine import Engine
    from airflow_ecs_image.local.load.plan import Asked, decide
    from airflow_ecs_image.local.load.running import run_load

    asked = Asked(**{field.name: options.pop(field.name) for field in dataclasses.fields(Asked)})  # type: ignore[arg-type]
    plan = decide(asked, Engine().processors())
    request = stack_request(directory, options)
    with removed_afterwards(request, console, wanted=down):
        report = run_load(request, plan, console, timeout=timeout)
    report.show(console)
    return end(report.as_json(), _failure(report), console, invocation)


def _failure(report: LoadReport) -> DagRunFailed | None:
    counts = report.counts
    found = [
        f"{number} {words}"
        for number, words in (
            (counts.lost, "lost"),
            (counts.sent_twice, "sent twice"),
            (counts.ran_twice, "run twice"),
            (counts.unproven, "succeeded without running"),
            (counts.failed, "failed"),
        )
        if number
    ]
    if not found:
        return None
    return DagRunFailed(
        f"of {counts.tasks} tasks {', '.join(found)}",
        mend="python build.py local logs scheduler --name NAME says why; --parallelism and max_run_task_attempts are the first to look at",
    )
