"""Is there an init process, and nothing else between it and the worker?"""

from __future__ import annotations

from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict

# Init processes that forward signals and reap orphans.
_INITS = ("dumb-init", "tini", "tini-static", "docker-init", "catatonit")


def judge(evidence: Evidence) -> Verdict:
    """Judges the chain of processes from process 1 to the worker's Python."""
    process = evidence.section("process")
    chain = list(process.found["chain"])
    data = {"chain": chain}
    between = chain[1:-1]
    shown = " → ".join(chain)
    if between:
        return Verdict(
            "failed",
            f"{between[-1]} stays between process 1 and the worker: {shown}",
            mend='end every script in the ENTRYPOINT with `exec "$@"`',
            seconds=process.seconds,
            data=data,
        )
    if len(chain) < 2 or chain[0] not in _INITS:
        return Verdict(
            "warned",
            f"process 1 is {chain[0]}: nothing reaps the orphans of a task",
            mend='ENTRYPOINT ["/usr/bin/dumb-init", "--", "/entrypoint"]',
            seconds=process.seconds,
            data=data,
        )
    return Verdict("passed", shown, seconds=process.seconds, data=data)


CHECK = Check("entrypoint", "Entrypoint", frozenset({"process"}), judge)
