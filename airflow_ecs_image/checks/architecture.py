"""Is the image made for the asked platform, and can it run here?"""

from __future__ import annotations

from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import NotProven, NotRunnable, Verdict

# What `uname -m` answers on each architecture that Docker names.
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def judge(evidence: Evidence) -> Verdict:
    """Compares the image's description with the asked platform and with the machine that its Python sees."""
    platform = evidence.details.platform
    asked = evidence.expectations.platform
    data = {"platform": platform, "asked": asked, "emulated": evidence.emulated}
    if asked is not None and not _same(platform, asked):
        return Verdict(
            "failed",
            f"the image is made for {platform}, not for {asked}",
            mend=f"build it for the machines that run the tasks: python build.py --platform {asked}",
            data=data,
        )
    try:
        process = evidence.section("process")
    except NotRunnable:
        raise
    except NotProven:
        return Verdict("warned", f"{platform}, as the image says: it could not be run", data=data)
    machine = str(process.found["machine"])
    expected = _MACHINES.get(evidence.details.architecture, machine)
    if machine != expected:
        return Verdict(
            "failed",
            f"the image says {platform}, but its Python runs on {machine}",
            mend="rebuild: a stage of another platform was copied into it",
            data=data,
        )
    how = ", run under emulation here: slower than on its own processor" if evidence.emulated else ""
    return Verdict("passed", f"{platform}{how}", data=data)


def _same(platform: str, asked: str) -> bool:
    """Variants such as linux/arm64/v8 are the architecture itself for ECS."""
    return platform.split("/")[:2] == asked.split("/")[:2]


CHECK = Check("architecture", "Architecture", frozenset({"process"}), judge)
