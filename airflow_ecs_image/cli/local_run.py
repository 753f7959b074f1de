"""`local run`: a DAG by the real scheduler and the real ECS executor, followed to its end."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airflow_ecs_image.cli.help_page import FOOTNOTE, HeadedOption, VerbCommand
from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.local_options import (
    STACK_OPTIONS,
    removed_afterwards,
    stack_request,
    timeout_option,
)
from airflow_ecs_image.cli.output_file import write_output
from airflow_ecs_image.cli.reporting import end
from airflow_ecs_image.errors import Interrupted, SpecError

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console
    from airflow_ecs_image.local.dag_run.running import Outcome
    from airflow_ecs_image.local.stack import StackRequest

_PICTURE, _DATA = ".svg", ".json"


@click.command(
    "run",
    cls=VerbCommand,
    epilog=FOOTNOTE,
    short_help="Run a DAG on the stack, with its logs and where the time went.",
    params=[
        HeadedOption("--dag-id", metavar="DAG_ID", help="Which DAG of the file, where it holds several."),
        HeadedOption("--conf", metavar="JSON", help="The DAG run's configuration, a JSON object."),
        timeout_option("How long the DAG run may take."),
        HeadedOption("--no-log", is_flag=True, help="Do not print the tasks' logs."),
        HeadedOption(
            "--timeline",
            metavar="FILE",
            help="Write where each task's time went to a file as well: FILE.svg is a picture, FILE.json data.",
        ),
        HeadedOption("--down", is_flag=True, help="Remove the stack afterwards, whatever the run came to."),
        *STACK_OPTIONS,
    ],
)
@click.argument("dag", metavar="DAG")
@click.pass_obj
def run(
    invocation: Invocation,
    /,
    *,
    dag: str,
    directory: Path,
    dag_id: str | None,
    conf: str | None,
    timeout: float,
    timeline: str | None,
    down: bool,
    **options: object,
) -> int:
    """Bring the stack up, or take it as it stands, and run one DAG on it: a file of the DAG folder, or a DAG id. The tasks
    are followed while they run; the log of each comes from where it outlives its container, and at the end a table says
    where each task's time went. The exit code is 0 only if the DAG run succeeded.
    """
    console = invocation.console()
    configuration = _configuration(conf)
    picture = _picture(timeline, directory)
    show_log = not options.pop("no_log")
    request = stack_request(directory, options)
    with removed_afterwards(request, console, wanted=down):
        try:
            outcome = _run(request, dag, dag_id, configuration, timeout, show_log, console)
        except Interrupted as interrupted:
            if down:
                raise Interrupted(f"{dag}: no longer followed; the run ended with the stack") from None
            raise interrupted from None
    return _report(outcome, picture, console, invocation)


def _run(
    request: StackRequest,
    dag: str,
    dag_id: str | None,
    configuration: dict[str, object],
    timeout: float,
    show_log: bool,
    console: Console,
) -> Outcome:
    from airflow_ecs_image.local.dag_run.running import RunOptions, airflow_of, run_dag
    from airflow_ecs_image.local.dag_run.target import target_of
    from airflow_ecs_image.local.stack import up

    folder = request.directory / request.image.host_dag_path
    # A wrong name is said before anything is started.
    target = target_of(dag, request.directory, folder, dag_id)
    since = time.time()
    stack = up(request, console)
    api = airflow_of(stack, stack.dag_folder or request.image.container_dag_path)
    run_options = RunOptions(
        conf=configuration,
        timeout=timeout,
        show_log=show_log,
        text_of=lambda file: _text(folder / file),
        since=since,
    )
    return run_dag(stack, api, target, run_options, console)


def _report(outcome: Outcome, picture: Path | None, console: Console, invocation: Invocation) -> int:
    from airflow_ecs_image.local.dag_run.timeline import document_of, table_of

    headings, rows = table_of(outcome.timeline, console.columns)
    if rows:
        console.table("Where the time went, in seconds", headings, rows)
    if picture is not None and picture.suffix == _PICTURE:
        from airflow_ecs_image.local.dag_run.timeline_svg import svg_of

        write_output(svg_of(outcome.timeline), picture, console)
    elif picture is not None:
        write_output(json.dumps(document_of(outcome.timeline), indent=2) + "\n", picture, console)
    failure = outcome.failure()
    if failure is None:
        console.text(f"{outcome.run.dag_id}: {outcome.run.state}")
    return end(outcome.document(), failure, console, invocation)


def _configuration(text: str | None) -> dict[str, object]:
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise SpecError(f"--conf: '{text}' is not a JSON object", mend='--conf \'{"key": "value"}\'')
    return value


def _picture(timeline: str | None, directory: Path) -> Path | None:
    """The file for the timeline; a mistake in it is said before anything runs."""
    if timeline is None:
        return None
    path = directory / timeline
    if path.suffix not in (_PICTURE, _DATA):
        raise SpecError(
            f"--timeline: '{timeline}' is neither a picture nor data",
            mend="a name that ends with .svg or .json",
        )
    if not path.parent.is_dir():
        raise SpecError(
            f"--timeline: there is no folder {path.parent}", mend="a file in a folder that exists"
        )
    return path


def _text(path: Path) -> str | None:
    """What the DAG's file says; an archive says nothing that could be compared."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
