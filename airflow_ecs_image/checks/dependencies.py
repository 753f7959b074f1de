"""Does every installed distribution find what it requires?"""

from __future__ import annotations

from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict

_SHOWN = 3


def judge(evidence: Evidence) -> Verdict:
    """Reports unmet requirements and wheels that were built for another platform."""
    probe = evidence.section("dependencies")
    problems = list(probe.found["problems"])
    count = probe.found["distributions"]
    data = {"distributions": count, "problems": problems}
    if problems:
        more = [f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
        return Verdict(
            "failed",
            "\n".join([*problems[:_SHOWN], *more]),
            mend="name versions in requirements.txt that fit Airflow's constraints, then build again",
            seconds=probe.seconds,
            data=data,
        )
    return Verdict(
        "passed", f"{count} distributions, every requirement met", seconds=probe.seconds, data=data
    )


CHECK = Check("dependencies", "Dependencies", frozenset({"dependencies"}), judge)
