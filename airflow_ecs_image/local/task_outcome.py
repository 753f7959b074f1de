"""How an ECS task ended, read from the shape in which DescribeTasks and the endpoint tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def task_id_of(task: Mapping[str, Any]) -> str:
    """The last part of its ARN."""
    return str(task.get("taskArn") or "").rpartition("/")[2]


def exit_code_of(task: Mapping[str, Any]) -> int | None:
    """That of its container, of several that of the first which failed; None while none has ended."""
    codes = [code for each in _containers(task) if isinstance(code := each.get("exitCode"), int)]
    return next((code for code in codes if code), codes[0] if codes else None)


def reason_of(task: Mapping[str, Any]) -> str:
    """Why its containers and the task itself were stopped, each reason once; empty without any."""
    reasons = [each.get("reason") for each in _containers(task)]
    return "; ".join(dict.fromkeys(str(each) for each in [*reasons, task.get("stoppedReason")] if each))


def _containers(task: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [each for each in task.get("containers") or () if isinstance(each, Mapping)]
