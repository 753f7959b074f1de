"""Does SIGTERM, which ECS sends when it stops a task, reach the worker and let it clean up?"""

from __future__ import annotations

from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict

# The exit code that the probe in probes/termination.py leaves with after its clean-up.
_CLEANED_UP = 42

_MEND = "start with dumb-init and let every script in the ENTRYPOINT end with `exec`"


def judge(evidence: Evidence) -> Verdict:
    """Reads how a Python process behind the entrypoint met SIGTERM."""
    stop = evidence.termination()
    data = {"exit_code": stop.exit_code, "seconds_to_end": round(stop.seconds_to_end, 3)}
    if "asked" not in stop.output:
        if stop.exit_code is None:
            detail = f"SIGTERM never reaches the worker: it ran on for {stop.waited:g} s"
        else:
            detail = f"SIGTERM ends the container with exit code {stop.exit_code}, the worker never gets it"
    elif "cleaned" not in stop.output:
        detail = "the worker is killed in the middle of its clean-up, no logs are uploaded"
    elif stop.exit_code is None:
        detail = f"the worker has ended, but the container runs on for {stop.waited:g} s"
    elif stop.exit_code != _CLEANED_UP:
        detail = f"the container's exit code is {stop.exit_code} instead of the worker's own"
    else:
        detail = f"SIGTERM reaches the worker, which cleans up; over after {stop.seconds_to_end:.1f} s"
        return Verdict("passed", detail, seconds=stop.seconds, data=data)
    return Verdict("failed", detail, mend=_MEND, seconds=stop.seconds, data=data)


CHECK = Check("signals", "Signals", frozenset({"termination"}), judge)
