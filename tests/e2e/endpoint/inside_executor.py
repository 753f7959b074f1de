"""Runs inside a worker image by `python -`: the executor object itself against the endpoint.

The answers are one JSON object on the last line.
"""

import json
import os
import time
import urllib.request
from collections.abc import Callable
from typing import Any

ADMIN = os.environ["AWS_ENDPOINT_URL_ECS"]
WITHIN = 60.0


def admin(path: str, faults: dict[str, Any] | None = None) -> Any:
    data = None if faults is None else json.dumps(faults).encode()
    request = urllib.request.Request(f"{ADMIN}{path}", data=data, method="GET" if data is None else "PUT")
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.loads(response.read())


def new_executor(**changes: str) -> Any:
    from airflow.providers.amazon.aws.executors.ecs.ecs_executor import (  # type: ignore[import-not-found]
        AwsEcsExecutor,
    )

    os.environ.update(changes)
    return AwsEcsExecutor()


def started(**changes: str) -> str:
    """How the start goes, of which the scheduler's depends."""
    before = dict(os.environ)
    try:
        executor = new_executor(**changes)
        executor.start()
        return "healthy" if executor.IS_BOTO_CONNECTION_HEALTHY else "not healthy"
    except Exception as error:  # noqa: BLE001 - how it ends is the answer
        return f"{type(error).__name__}: {error}"
    finally:
        os.environ.clear()
        os.environ.update(before)


def healthy_executor(**changes: str) -> Any:
    executor = new_executor(**changes)
    executor.start()
    return executor


def queue(executor: Any, *commands: str, config: dict[str, Any] | None = None) -> list[Any]:
    from airflow.models.taskinstancekey import TaskInstanceKey  # type: ignore[import-not-found]

    keys = [TaskInstanceKey("dag", f"task-{number}", "run", 1) for number in range(len(commands))]
    for key, command in zip(keys, commands, strict=True):
        executor.execute_async(key, ["bash", "-c", command], executor_config=config or {})
    return keys


def pending(executor: Any) -> Any:
    """What waits for its next attempt; older releases of the package call it tasks."""
    return executor.pending_workloads if hasattr(executor, "pending_workloads") else executor.pending_tasks


def sync_until(executor: Any, condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline, f"in vain: {what}"
        executor.sync()
        time.sleep(0.1)


def states(executor: Any, keys: list[Any]) -> list[str]:
    return [str(executor.event_buffer[key][0]) for key in keys if key in executor.event_buffer]


def one(command: str, config: dict[str, Any] | None = None) -> str:
    executor = healthy_executor(AIRFLOW__AWS_ECS_EXECUTOR__MAX_RUN_TASK_ATTEMPTS="1")
    (key,) = queue(executor, command, config=config)
    sync_until(executor, lambda: not pending(executor) and not executor.active_workers, command)
    return states(executor, [key])[0]


def attempts(faults: dict[str, Any], number: int) -> dict[str, Any]:
    """Syncs that meet faults: the delay before each next attempt, which is not waited for."""
    from datetime import UTC, datetime

    executor = healthy_executor(AIRFLOW__AWS_ECS_EXECUTOR__MAX_RUN_TASK_ATTEMPTS="3")
    calls = admin("/local/counters")["calls"].get("RunTask", 0)
    admin("/local/faults", faults)
    (key,) = queue(executor, "exit 0")
    delays = []
    for _ in range(number):
        before = datetime.now(UTC)
        executor.sync()
        for task in pending(executor):
            delays.append(round((task.next_attempt_time - before).total_seconds()))
            task.next_attempt_time = datetime.now(UTC)
    admin("/local/faults", {})
    sync_until(executor, lambda: not pending(executor) and not executor.active_workers, "the end")
    return {
        "delays": delays,
        "state": states(executor, [key])[0],
        "calls": admin("/local/counters")["calls"]["RunTask"] - calls,
    }


def missing() -> dict[str, Any]:
    """A task that the endpoint knows no more is run again: where state is lost, tasks run twice."""
    executor = healthy_executor(AIRFLOW__AWS_ECS_EXECUTOR__MAX_RUN_TASK_ATTEMPTS="2")
    (key,) = queue(executor, "exit 0")
    executor.sync()
    (arn,) = executor.active_workers.get_all_arns()
    unknown = arn[:-32] + "0" * 32
    collection = executor.active_workers
    collection.tasks[unknown] = collection.tasks.pop(arn)
    collection.arn_to_key[unknown] = collection.arn_to_key.pop(arn)
    collection.key_to_arn[key] = unknown
    executor.sync()
    (task,) = pending(executor)
    return {"attempt": task.attempt_number, "active": len(executor.active_workers)}


def batches() -> dict[str, Any]:
    """More active tasks than one DescribeTasks takes."""
    executor = healthy_executor()
    queue(executor, *["exit 0"] * 120)
    executor.sync()
    before = admin("/local/counters")["calls"].get("DescribeTasks", 0)
    executor.sync()
    counters = admin("/local/counters")
    active = len(executor.active_workers)
    before_end = admin("/local/health")
    executor.end = lambda *_: None
    executor.terminate()
    return {
        "active": active,
        "calls": counters["calls"]["DescribeTasks"] - before,
        "largest": counters["describe_tasks_largest"],
        "health": before_end,
        "stopped": admin("/local/counters")["calls"]["StopTask"],
    }


def terminated() -> dict[str, Any]:
    """What the scheduler does to its tasks when it is told to end at once."""
    executor = healthy_executor()
    (key,) = queue(executor, "trap 'exit 9' TERM; while :; do sleep 0.1; done")
    sync_until(
        executor,
        lambda: any(task.last_status == "RUNNING" for task in executor.active_workers.tasks.values()),
        "a running task",
    )
    executor.max_run_task_attempts = "1"
    (arn,) = executor.active_workers.get_all_arns()
    end = executor.end
    executor.end = lambda: end(heartbeat_interval=1)
    executor.terminate()
    tasks = {task["taskArn"]: task for task in admin("/local/tasks")["tasks"]}
    return {"reason": tasks[arn]["stoppedReason"], "state": states(executor, [key])[0]}


SCENARIOS: dict[str, Callable[[], Any]] = {
    "healthy": started,
    "wrong cluster": lambda: started(AIRFLOW__AWS_ECS_EXECUTOR__CLUSTER="other"),
    "endpoint down": lambda: started(AWS_ENDPOINT_URL_ECS="http://ecs:9"),
    "success": lambda: one("exit 0"),
    "failure": lambda: one("exit 3"),
    "missing image": lambda: one("exit 0", {"taskDefinition": "missing-image"}),
    "unknown task definition": lambda: one("exit 0", {"taskDefinition": "unknown"}),
    "throttled": lambda: attempts({"errors": {"RunTask": ["ThrottlingException"] * 2}}, 3),
    "no capacity": lambda: attempts({"capacity_failures": 3}, 3),
    "missing": missing,
    "terminated": terminated,
    "batches": batches,
}


def main() -> None:
    answer_to = os.dup(1)
    os.dup2(2, 1)
    answers = {name: SCENARIOS[name]() for name in os.environ["SCENARIOS"].split(",")}
    os.write(answer_to, ("\n" + json.dumps(answers) + "\n").encode())


main()
