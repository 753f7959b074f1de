"""Trying again: transient faults of a registry, with a growing pause and one line each."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from airflow_ecs_image.console import Console
from airflow_ecs_image.registry.answers import Transient, unavailable
from airflow_ecs_image.registry.repository import Repository

Result = TypeVar("Result")

ATTEMPTS = 5
PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each attempt but the first."""


def with_retries(action: Callable[[], Result], repository: Repository, console: Console) -> Result:
    """What `action` returns. When it raises Transient it is called again, until ATTEMPTS rounds are used up.

    Rounds that docker went through by itself count as well. Raises RegistryUnavailable when none is left.
    """
    used = 0
    while True:
        try:
            return action()
        except Transient as fault:
            used += fault.rounds
            if used >= ATTEMPTS:
                raise unavailable(repository, fault.reason, used) from None
            pause = PAUSES[used - 1]
            console.note(
                f"{repository.host}: {fault.reason}; attempt {used + 1} of {ATTEMPTS} in {pause:g} s"
            )
            time.sleep(pause)
