"""Following the engine: which containers end, and how they are."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from http.client import HTTPException

from airflow_ecs_image.local.endpoint.defects import log_defect

from .engine import EngineApi, EngineError
from .labels import CONTAINER, STACK, TASK

_log = logging.getLogger(__name__)
_AGAIN_SECONDS = 0.5


def watch(
    engine: EngineApi,
    stack: str,
    since: float,
    *,
    changed: Callable[[str, str], None],
    reconnected: Callable[[], None],
) -> None:
    """Call `changed` with a task's id and a container's name whenever that container ends or its health changes.

    It never returns. After a lost connection `reconnected` is called: what happened meanwhile may never come as an event.
    """
    while True:
        try:
            for event in engine.events({STACK: stack, TASK: ""}, since, ("die", "health_status")):
                attributes = event["Actor"]["Attributes"]
                since = event["timeNano"] / 1e9
                changed(attributes[TASK], attributes.get(CONTAINER, ""))
        except (EngineError, OSError, HTTPException) as error:
            _log.warning("the engine's events broke off: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - without this thread no task would ever end
            log_defect(_log, "an event of the engine", error)
        time.sleep(_AGAIN_SECONDS)
        reconnected()
