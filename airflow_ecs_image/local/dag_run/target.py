"""Which DAG is meant by a file or a name, and waiting until Airflow knows it as it is now."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.errors import DagNotFound
from airflow_ecs_image.local.dag_run.airflow_api import AirflowApi, Dag, ImportFailure

_FILE_ENDINGS = (".py", ".zip")
_LINES_OF_TRACE = 12
_POLL_SECONDS = 0.5
_ASK_AGAIN_SECONDS = 10.0
_PARSED_TOGETHER_SECONDS = 1.0
_PARSED_SECONDS = 4.0
"""A file that changed is parsed within this time."""

_PARSED_AGAIN_SECONDS = 40.0
"""Any other file is: [dag_processor] min_file_process_interval, 30 by default, and the parsing itself."""


@dataclass(frozen=True)
class Target:
    """What is to run: `file` is below the DAG folder, None where only a DAG id was said."""

    said: str
    file: str | None
    dag_id: str | None


def target_of(said: str, directory: Path, folder: Path, dag_id: str | None = None) -> Target:
    """A DAG file, from the working directory or from inside the DAG folder, else a DAG id.

    `dag_id` chooses among the DAGs of a file. Raises DagNotFound for a file that does not exist, or that is not below the
    DAG folder.
    """
    for path in (directory / said, folder / said):
        if path.is_file():
            try:
                return Target(said, path.resolve().relative_to(folder.resolve()).as_posix(), dag_id)
            except ValueError:
                raise DagNotFound(
                    f"{said}: it is not below the DAG folder {folder}",
                    mend=f"--host-dag-path {Path(said).parent}, or move it there",
                ) from None
    if said.endswith(_FILE_ENDINGS) or "/" in said:
        raise DagNotFound(
            f"{said}: there is no such file, here or below the DAG folder {folder}",
            mend="a DAG file, or a DAG id as python build.py local run FARGATE-DAG",
        )
    return Target(said, None, dag_id or said)


def wait_for_dag(
    api: AirflowApi,
    target: Target,
    *,
    text_of: Callable[[str], str | None],
    since: float,
    seconds: float = 120,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dag:
    """The DAG of the target, once Airflow has stored it from its file as that is now.

    `text_of` reads a file below the DAG folder, None where it holds no text. `since` is a moment before the file was given to
    Airflow, in epoch seconds. Raises DagNotFound with the end of the traceback when the file cannot be imported, when the DAG
    is not there in time, or when the file holds several.
    """
    if target.file is not None and (text := text_of(target.file)) is not None:
        _refuse_without_words(target, text)
    began = clock()
    asked, compared = float("-inf"), None
    while True:
        dags, failures = api.dags(), api.import_failures()
        candidates = matching(dags, target)
        file = target.file or (candidates[0].file if candidates else None)
        parsed = max(((each.parsed or 0.0) for each in candidates), default=0.0)
        if candidates and parsed != compared:
            compared = parsed
            if _is_current(api, candidates[0], text_of(candidates[0].file)):
                return the_one(candidates, target)
        waited = clock() - began
        # A file that can no longer be imported keeps its DAGs for a while: the younger word counts.
        failed = [each for each in failures if each.file == file and (each.seen or 0.0) > parsed]
        if failed and waited > _patience(failed[-1], since):
            raise not_imported(target, failed[-1])
        if waited > seconds:
            raise _not_there(target, dags, failures, seconds)
        if candidates and clock() - asked > _ASK_AGAIN_SECONDS:
            asked = clock()
            api.request_parsing(candidates[0])
        sleep(_POLL_SECONDS)


def _refuse_without_words(target: Target, text: str) -> None:
    """Airflow reads no other file ([core] dag_discovery_safe_mode: airflow.utils.file, might_contain_dag)."""
    lower = text.lower()
    if "airflow" not in lower or not ("dag" in lower or "asset" in lower):
        raise DagNotFound(
            f"{target.said}: Airflow takes it for no DAG file, for the words 'airflow' and 'dag' are not in it",
            mend="a comment with both words is enough",
        )


def _patience(failure: ImportFailure, since: float) -> float:
    """How long an import error may be that of the file before it was written anew: it takes until the next parsing to know."""
    return _PARSED_SECONDS if (failure.seen or 0.0) > since else _PARSED_AGAIN_SECONDS


def _is_current(api: AirflowApi, dag: Dag, text: str | None) -> bool:
    """Whether Airflow's DAG comes from this text; a file without one, such as an archive, is taken as it is."""
    source = api.source(dag)
    return text is None or source is None or source.split() == text.split()


def matching(dags: Sequence[Dag], target: Target) -> list[Dag]:
    """The DAGs of the target's file, and of that name where one was said."""
    return [
        each
        for each in current(dags)
        if (target.file is None or each.file == target.file)
        and (target.dag_id is None or each.dag_id == target.dag_id)
    ]


def current(dags: Sequence[Dag]) -> list[Dag]:
    """The DAGs that are still in their files: one that was renamed stays known for minutes.

    All DAGs of a file are parsed together, so that the time of one that has gone is older.
    """
    newest: dict[str, float] = {}
    for each in dags:
        newest[each.file] = max(newest.get(each.file, 0.0), each.parsed or 0.0)
    return [each for each in dags if (each.parsed or 0.0) >= newest[each.file] - _PARSED_TOGETHER_SECONDS]


def the_one(dags: Sequence[Dag], target: Target) -> Dag:
    """The only one. Raises DagNotFound naming all where there are several."""
    if len(dags) == 1:
        return dags[0]
    names = ", ".join(sorted(each.dag_id for each in dags))
    raise DagNotFound(
        f"{target.said}: {len(dags)} DAGs are in it: {names}",
        mend=f"say which: --dag-id {min(each.dag_id for each in dags)}",
    )


def not_imported(target: Target, failure: ImportFailure) -> DagNotFound:
    """The error for a file that cannot be imported, with the last lines of what Python said."""
    lines = [line for line in failure.trace.splitlines() if line.strip()]
    reason = lines[-1].strip() if lines else "it gave no reason"
    return DagNotFound(
        f"{target.said}: Airflow cannot import {failure.file}: {reason}",
        mend="correct the file; what it imports must be in the image: requirements.txt, or python build.py check",
        details=tuple(lines[-_LINES_OF_TRACE:]),
    )


def _not_there(
    target: Target, dags: Sequence[Dag], failures: Sequence[ImportFailure], seconds: float
) -> DagNotFound:
    names = ", ".join(sorted(each.dag_id for each in dags)[:20]) or "none"
    if target.file is not None:
        others = sorted(each.dag_id for each in current(dags) if each.file == target.file)
        if others:
            return DagNotFound(
                f"{target.dag_id}: {target.said} has no such DAG; it has {', '.join(others)}",
                mend=f"--dag-id {others[0]}",
            )
        return DagNotFound(
            f"{target.said}: Airflow found no DAG in {target.file} within {seconds:g} s",
            mend="the file must make a DAG when it is imported; .airflowignore may leave it out",
        )
    broken = ", ".join(sorted(each.file for each in failures))
    return DagNotFound(
        f"{target.said}: Airflow knows no DAG of that id; it knows {names}"
        + (f", and cannot import {broken}" if broken else ""),
        mend="the DAG's file instead of its id",
    )
