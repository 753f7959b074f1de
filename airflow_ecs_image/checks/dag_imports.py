"""Does a worker find the DAGs? Every DAG file of the image, imported in the image."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from airflow_ecs_image.checks.credential_patterns import redacted
from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict
from airflow_ecs_image.checks.probe_script import Section
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE

_LONGEST_ERROR = 300

_FETCHED_AT_START = {
    "s3": "the DAGs are fetched from S3 when a container starts",
    "archive": "the DAG archive is fetched when a container starts",
    "none": "the image holds no DAGs: a DAG bundle or a volume brings them",
}
_READABLE_MEND = "give group 0 the owner's rights on the DAG folder (chmod -R g=u), then build again"
_MENDS = {
    "import": "mend the file, or add what it imports to requirements.txt, then build again",
    "executor": "set AIRFLOW__CORE__EXECUTOR for the worker to the scheduler's value, in the task definition "
    "or by `environment` in image.toml: a worker refuses a DAG that names an executor it does not know",
    "service": "read Variables and Connections inside tasks, not while the file is imported; what a worker "
    "gets from the scheduler's side could not be tried here",
}


def judge(evidence: Evidence) -> Verdict:
    """Fails for a file that does not import and for a `local` image without a DAG."""
    source = evidence.label("dag-source")
    if source == "none" and (names := _bundles(evidence.details.environment)):
        return Verdict(
            "skipped", f"a worker gets its DAGs from {names}: the scheduler's names must be the same"
        )
    if source in _FETCHED_AT_START:
        return Verdict("skipped", _FETCHED_AT_START[source])
    probe = evidence.section("dags")
    folder = probe.found["folder"]
    misplaced = evidence.label("dag-path")
    if misplaced is not None and misplaced != folder:
        return Verdict(
            "failed",
            f"Airflow looks for DAGs in {folder}, the image holds them in {misplaced}",
            mend="leave AIRFLOW__CORE__DAGS_FOLDER to container_dag_path, then build again",
            seconds=probe.seconds,
            data=_data(probe.found),
        )
    may_be_empty = None
    if source is None:
        later = " (S3_URI is set: they are fetched at start)"
        set_at_start = evidence.details.environment.get("S3_URI")
        may_be_empty = f"no DAG in {folder}{later if set_at_start else ''}"
    return judge_folder(probe, may_be_empty=may_be_empty)


def judge_folder(probe: Section, *, may_be_empty: str | None = None) -> Verdict:
    """The verdict on what the probe found in the DAG folder.

    A folder without a DAG fails, unless `may_be_empty` says why that is skipped.
    """
    found = probe.found
    data = _data(found)
    folder, files, dag_ids = data["folder"], data["files"], data["dag_ids"]
    if found["unreadable"]:
        return Verdict(
            "failed",
            f"the worker's user cannot read {', '.join(found['unreadable'])} in {folder}",
            mend=_READABLE_MEND,
            seconds=probe.seconds,
            data=data,
        )
    if not dag_ids and not any(file["error"] for file in files):
        if may_be_empty is not None:
            return Verdict("skipped", may_be_empty, seconds=probe.seconds, data=data)
        return _no_dags(found, probe.seconds, data)
    status, problems, mend = _problems(files)
    if found["private"] and status != "failed":
        status, mend = "warned", mend or _READABLE_MEND
        problems.append(f"another uid of group 0 cannot read {', '.join(found['private'])}")
    detail = f"{_count(len(dag_ids), 'DAG')} in {_count(len(files), 'file')} of {folder}"
    return Verdict(status, "\n".join([detail, *problems]), mend=mend, seconds=probe.seconds, data=data)


def _bundles(environment: Mapping[str, str]) -> str:
    """`bundle one, bundle two`: the DAG bundles that the image configures; nothing where their list is not readable."""
    try:
        names = [bundle["name"] for bundle in json.loads(environment.get(CONFIG_VARIABLE, ""))]
    except (ValueError, TypeError, KeyError):
        return ""
    return ", ".join(f"bundle {name}" for name in names)


def _data(found: Mapping[str, Any]) -> dict[str, Any]:
    """What goes into --json."""
    files = [_redacted_file(file) for file in found["files"]]
    dag_ids = sorted({dag_id for file in files for dag_id in file["dag_ids"]})
    return {"folder": found["folder"], "dag_ids": dag_ids, "files": files}


def _no_dags(found: Mapping[str, Any], seconds: float, data: Mapping[str, Any]) -> Verdict:
    folder = found["folder"]
    if not found["exists"]:
        reason, mend = f"there is no folder {folder}", "check host_dag_path, then build again"
    elif not found["readable"]:
        reason, mend = f"the worker's user cannot read {folder}", _READABLE_MEND
    elif found["python_files"]:
        reason = f"none of the {found['python_files']} Python files in {folder} defines a DAG"
        mend = "check .airflowignore; Airflow takes a file that holds the words `airflow` and `dag`"
    else:
        reason, mend = f"{folder} holds no Python file", "check host_dag_path, then build again"
    return Verdict("failed", reason, mend=mend, seconds=seconds, data=data)


def _problems(files: Sequence[Mapping[str, Any]]) -> tuple[Any, list[str], str | None]:
    """The status, one line a problem, and the mend of the worst kind of problem."""
    broken = [file for file in files if file["error"]]
    lines = [f"{file['path']}: {file['error']}" for file in broken]
    for dag_id, count in Counter(dag_id for file in files for dag_id in file["dag_ids"]).items():
        if count > 1:
            paths = ", ".join(file["path"] for file in files if dag_id in file["dag_ids"])
            lines.append(f"DAG id {dag_id} is defined more than once: {paths}")
    reasons = [reason for reason in _MENDS if any(file["reason"] == reason for file in broken)]
    if "import" in reasons:
        return "failed", lines, _MENDS["import"]
    if reasons:
        return "warned", lines, _MENDS[reasons[0]]
    return ("warned" if lines else "passed"), lines, "give each DAG an id of its own" if lines else None


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _redacted_file(file: Mapping[str, Any]) -> dict[str, Any]:
    """The findings about one file, its error without credentials and without Airflow's own advice."""
    if file["error"] is None:
        return dict(file)
    short = redacted(file["error"])
    if file["reason"] == "executor":
        short = short.partition(". ")[0]
    return {**file, "error": short if len(short) <= _LONGEST_ERROR else short[:_LONGEST_ERROR] + " …"}


CHECK = Check("dag_imports", "DAG imports", frozenset({"dags", "start_up"}), judge)
