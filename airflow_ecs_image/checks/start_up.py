"""Is the image ready to start fast: bytecode for what a worker imports, no wait for a database?"""

from __future__ import annotations

from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict

_GATE = "CONNECTION_CHECK_MAX_COUNT"
# A few modules are generated or compiled late by design; a base without bytecode misses nearly all.
_MOST_MISSING = 0.02


def judge(evidence: Evidence) -> Verdict:
    """Warns about seconds that every task would lose before its first line runs."""
    probe = evidence.section("start_up")
    compiled, missing = probe.found["compiled"], probe.found["missing"]
    gate = evidence.details.environment.get(_GATE)
    data = {
        "import_seconds": probe.found["import_seconds"],
        "modules": compiled + missing,
        "modules_without_bytecode": missing,
        "connection_check_max_count": gate,
    }
    problems = []
    mends = []
    if missing > _MOST_MISSING * (compiled + missing):
        problems.append(f"{missing} of {compiled + missing} modules that a worker imports have no bytecode")
        mends.append("python -m compileall in the build")
    if gate != "0":
        problems.append(f"{_GATE} is {gate or 'not set'}: the entrypoint may wait for a database")
        mends.append(f"ENV {_GATE}=0")
    if problems:
        return Verdict("warned", "\n".join(problems), mend=", ".join(mends), seconds=probe.seconds, data=data)
    detail = (
        f"{compiled} modules of a worker have bytecode, imported in {probe.found['import_seconds']:.1f} s"
    )
    return Verdict("passed", detail, seconds=probe.seconds, data=data)


CHECK = Check("start_up", "Start-up", frozenset({"start_up"}), judge)
