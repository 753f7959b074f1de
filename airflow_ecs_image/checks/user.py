"""Does the image run as the user of the Airflow image, and not as root?"""

from __future__ import annotations

from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict

# Airflow's documentation of its image, "Entrypoint": the user airflow.
_UID = 50000
_GID = 0


def judge(evidence: Evidence) -> Verdict:
    """Judges the identity that the image's own USER gives a worker."""
    process = evidence.section("process")
    uid, gid = process.found["uid"], process.found["gid"]
    data = {"uid": uid, "gid": gid, "user": evidence.details.user}
    if uid == 0:
        return Verdict(
            "failed",
            "the worker runs as root",
            mend="end the Dockerfile with `USER 50000`",
            seconds=process.seconds,
            data=data,
        )
    if (uid, gid) != (_UID, _GID):
        return Verdict(
            "warned",
            f"uid {uid}, gid {gid}: Airflow's image has uid {_UID}, gid {_GID}",
            mend="end the Dockerfile with `USER 50000`",
            seconds=process.seconds,
            data=data,
        )
    return Verdict("passed", f"uid {uid}, gid {gid}", seconds=process.seconds, data=data)


CHECK = Check("user", "User", frozenset({"process"}), judge)
