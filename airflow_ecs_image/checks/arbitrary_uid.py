"""Does Airflow run as any uid of group 0, as a task definition's `user` may ask?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_ecs_image.checks.credential_patterns import redacted
from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict

_GROUP_MAY_WRITE = 0o020


def judge(evidence: Evidence) -> Verdict:
    """Judges `airflow version` and the files that a worker would write, under a uid unknown to the image."""
    found = evidence.arbitrary_uid()
    process, airflow = found.process.found, found.airflow.found
    seconds = found.process.seconds + found.airflow.seconds
    folders = (process["home"], process["airflow_home"])
    data = {"uid": found.uid, "user": airflow["user"], "folders": [dict(folder) for folder in folders]}
    problems = [problem for folder in folders for problem in _folder(folder)]
    if airflow["airflow"]["exit_code"] != 0:
        problems.append(f"`airflow version` fails: {redacted(str(airflow['airflow']['complaint']))}")
    if problems:
        return Verdict(
            "failed",
            f"as uid {found.uid}: " + "; ".join(problems),
            mend="give HOME and AIRFLOW_HOME to group 0 with the owner's rights (chmod g=u), keep umask 0002",
            seconds=seconds,
            data=data,
        )
    if airflow["user"] is None:
        return Verdict(
            "warned",
            f"as uid {found.uid}: the uid has no name, which some tools need",
            mend="let the entrypoint add a line for the uid to /etc/passwd, as Airflow's own does",
            seconds=seconds,
            data=data,
        )
    return Verdict(
        "passed", f"as uid {found.uid}: Airflow runs, its folders are writable", seconds=seconds, data=data
    )


def _folder(folder: Mapping[str, Any]) -> list[str]:
    if not folder["writable"]:
        return [f"{folder['path']} is not writable"]
    if not int(folder["mode"], 8) & _GROUP_MAY_WRITE:
        return [f"files made in {folder['path']} are not writable for the group"]
    return []


CHECK = Check("arbitrary_uid", "Arbitrary uid", frozenset({"arbitrary_uid"}), judge)
