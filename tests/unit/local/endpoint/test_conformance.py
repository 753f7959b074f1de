"""The comparison with the model itself: it sees what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import get_session

from tests.e2e.endpoint.conformance import deviations

TASK: dict[str, Any] = {
    "tasks": [
        {
            "taskArn": "arn",
            "createdAt": 1795577572.2,
            "version": 1,
            "launchType": "FARGATE",
            "containers": [{"name": "main", "exitCode": 0}],
            "overrides": {"containerOverrides": []},
        }
    ],
    "failures": [],
}


def found(document: Any) -> list[str]:
    shape = get_session().get_service_model("ecs").operation_model("DescribeTasks").output_shape
    return list(deviations(document, shape, "answer"))


def test_what_is_right() -> None:
    assert found(TASK) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"taskId": "a"}, "answer.tasks[0].taskId: Task has no such member"),
        ({"taskArn": 1}, "answer.tasks[0].taskArn: 1 is no string"),
        ({"taskArn": None}, "answer.tasks[0].taskArn: None is no string"),
        ({"version": True}, "answer.tasks[0].version: True is no long"),
        ({"createdAt": "2026-11-25"}, "answer.tasks[0].createdAt: '2026-11-25' is no timestamp"),
        ({"createdAt": 1795577572200}, "are no seconds since the epoch"),
        ({"launchType": "LAMBDA"}, "'LAMBDA' is none of"),
        ({"containers": {}}, "answer.tasks[0].containers: dict is no list"),
        ({"containers": [{"exitCode": "0"}]}, "answer.tasks[0].containers[0].exitCode: '0' is no integer"),
        ({"overrides": []}, "answer.tasks[0].overrides: list is no structure"),
    ],
)
def test_what_is_wrong(change: dict[str, Any], words: str) -> None:
    (deviation,) = found({**TASK, "tasks": [{**TASK["tasks"][0], **change}]})

    assert words in deviation
