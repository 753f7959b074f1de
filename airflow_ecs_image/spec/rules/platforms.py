"""The platforms that Fargate offers, by Docker's names."""

from __future__ import annotations

from typing import Literal, get_args

from airflow_ecs_image.spec.refusal import Refused

Platform = Literal["linux/amd64", "linux/arm64"]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)

# The architecture's other names: Python's, Debian's, the kernel's and the ECS task definition's (X86_64, ARM64).
_ARCHITECTURES = {
    "amd64": "linux/amd64",
    "x86_64": "linux/amd64",
    "x86-64": "linux/amd64",
    "arm64": "linux/arm64",
    "arm64/v8": "linux/arm64",
    "aarch64": "linux/arm64",
}


def platforms(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an empty list and every unknown platform; a platform named twice counts once."""
    allowed = " or ".join(PLATFORMS)
    if not values:
        raise Refused("no platform is named", allowed, shown="an empty list")
    for value in values:
        if value not in PLATFORMS:
            meant = _ARCHITECTURES.get(value.lower().removeprefix("linux/"))
            why = (
                f"did you mean {meant}?"
                if meant
                else "it is not a platform of ECS tasks that this toolkit builds"
            )
            raise Refused(why, allowed, shown=f"'{value}'")
    return tuple(dict.fromkeys(values))
