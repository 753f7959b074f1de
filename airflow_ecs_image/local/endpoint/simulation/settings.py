"""How long a simulated task takes for each of its steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SimulationSettings:
    """Seconds, one for each step of a task, in their order; `connections` simulated workers speak to Airflow at once.

    `place_seconds` is PROVISIONING once a slot is free, `pull_seconds` and `start_seconds` are PENDING. The container
    then runs: `import_seconds` until the worker speaks to Airflow, `task_seconds` the task itself, `exit_seconds` until
    its process has ended; `deprovision_seconds` is DEPROVISIONING.
    """

    place_seconds: float = 0.5
    pull_seconds: float = 1.0
    start_seconds: float = 0.5
    import_seconds: float = 2.0
    task_seconds: float = 1.0
    exit_seconds: float = 0.3
    deprovision_seconds: float = 0.5
    connections: int = 16

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> SimulationSettings:
        """The settings in `simulation` of the endpoint's configuration. Raises ValueError that names a wrong one."""
        known = {field.name for field in dataclasses.fields(cls)}
        for name, value in document.items():
            if name not in known:
                raise ValueError(f"simulation.{name}: unknown; known are {', '.join(sorted(known))}")
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"simulation.{name}: {value!r} is no number of at least 0")
        settings = cls(**document)
        if settings.connections < 1:
            raise ValueError("simulation.connections: at least one worker must be able to speak to Airflow")
        return dataclasses.replace(settings, connections=int(settings.connections))
