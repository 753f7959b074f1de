"""What is left of a stack: by its label, and by its name, so that a missing label does not hide anything."""

from __future__ import annotations

import os
from pathlib import Path

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.spec.label_names import LOCAL


def traces(name: str) -> list[str]:
    """Containers, networks, volumes and files."""
    engine = Engine()
    found: set[str] = set()
    for kind, by_name in (("container", "{{.Names}}"), ("network", "{{.Name}}"), ("volume", "{{.Name}}")):
        everything = ["--all"] if kind == "container" else []
        for condition in (f"label={LOCAL}={name}", f"name={name}"):
            listed = engine.docker(kind, "ls", *everything, "--format", by_name, "--filter", condition)
            found |= {f"{kind} {each}" for each in listed.split()}
    state = Path(os.environ["XDG_STATE_HOME"])
    found |= {f"file {path.name}" for path in state.rglob(f"{name}*")}
    return sorted(found)
