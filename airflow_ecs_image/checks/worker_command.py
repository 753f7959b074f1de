"""Do the worker commands of both Airflow lines reach Python as the executor sent them, byte for byte?"""

from __future__ import annotations

from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict
from airflow_ecs_image.checks.worker_commands import WORKER_COMMANDS, WORKLOAD_JSON

_MEND = 'let the ENTRYPOINT hand its arguments on by `exec … "$@"`; never by `sh -c` or an unquoted $*'


def judge(evidence: Evidence) -> Verdict:
    """Compares the recorded arguments; the worker's module must import too."""
    probe = evidence.section("commands")
    found = {name: command.problem(probe.found[name]) for name, command in WORKER_COMMANDS.items()}
    problems = [f"the worker command of {name} {problem}" for name, problem in found.items() if problem]
    if evidence.answer().arguments != (WORKLOAD_JSON.encode(),):
        problems.append("an argument of `docker run` reaches Python changed")
    data = {"unchanged": {name: problem is None for name, problem in found.items()}}
    if problems:
        return Verdict("failed", "\n".join(problems), mend=_MEND, seconds=probe.seconds, data=data)
    line = evidence.section("start_up").found["line"]
    detail = f"commands of Airflow 2 and 3 arrive unchanged; the worker of Airflow {line} imports"
    return Verdict("passed", detail, seconds=probe.seconds, data=data)


CHECK = Check("worker_command", "Worker command", frozenset({"commands", "start_up"}), judge)
