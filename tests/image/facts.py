"""What one container says about its image, so that many tests share the start of one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

from airflow_ecs_image.engine import containers

_SCRIPT = Path(__file__).with_name("inside.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Facts:
    """The answer of `inside.py`: the process, the identity, the packages, the bytecode and the DAGs of a container."""

    first_process: list[str]
    parent: int
    identity: list[int]
    account: list[str]
    umask: int
    environment: dict[str, str]
    folder: str
    python: str
    executable: str
    versions: dict[str, str]
    unmet: list[str]
    site_packages: dict[str, list[str]]
    standard_library: dict[str, list[str]]
    columns: bool
    start: list[str]
    writable: list[str]
    dag_bag: dict[str, Any]


def gather_facts(tag: str, *words: str, **options: Unpack[containers.ContainerOptions]) -> Facts:
    """Run one container and read its answer; the word `brief` leaves out what takes long."""
    completed = containers.run(tag, ["python", "-", *words], stdin=_SCRIPT, timeout=300, **options)
    assert completed.exit_code == 0, completed.stdout + completed.stderr
    return Facts(**json.loads(completed.stdout.splitlines()[-1]))
