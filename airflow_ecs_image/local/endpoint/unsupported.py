"""What ECS would run of a task definition, and the containers of this machine do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_MEMBERS = ("environmentFiles", "firelensConfiguration", "credentialSpecs", "resourceRequirements")


def unsupported(definition: Mapping[str, Any]) -> str:
    """The first such thing; empty when there is none."""
    return next(_all(definition), "")


def _all(definition: Mapping[str, Any]) -> Iterator[str]:
    for volume in definition.get("volumes") or ():
        for kind, value in volume.items():
            if kind not in {"name", "host"} or (kind == "host" and value):
                yield f"volume '{volume.get('name')}': {kind}"
    for container in definition["containerDefinitions"]:
        for dependency in container.get("dependsOn") or ():
            if dependency["condition"] != "START":
                yield f"container '{container['name']}': dependsOn {dependency['condition']}"
        yield from (f"container '{container['name']}': {name}" for name in _MEMBERS if container.get(name))
