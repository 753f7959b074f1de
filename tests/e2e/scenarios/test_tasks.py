"""Tasks that run on ECS to their own end, good or bad: judged by Airflow's state of the task and by its log."""

from __future__ import annotations

import json
import re

from .line import EXIT_CODE, Line


def test_one_task_on_ecs_succeeds_and_says_so_in_its_log(line: Line) -> None:
    """FARGATE-DAG: the DAG run and its task are `success`, the log read through Airflow's API has what the task printed, and
    exactly one ECS task of the stack's task definition ran it, which is STOPPED with exit code 0.
    """
    run = line.ended("FARGATE-DAG")
    assert line.states(run) == {"exec_task": "success"}
    assert "Task execution" in line.log(run, "exec_task")
    (task,) = line.ecs_tasks(run)
    assert (task["lastStatus"], task["launchType"], EXIT_CODE(task)) == ("STOPPED", "FARGATE", 0)


def test_a_task_on_ecs_continues_what_a_task_beside_the_scheduler_began(line: Line) -> None:
    """HYBRID-DAG: three tasks succeed; the middle one alone has an ECS task, and the XComs of local and remote tasks arrive: the
    last one prints the sum of the squares of the numbers of the first.
    """
    run = line.ended("HYBRID-DAG")
    assert line.states(run) == {"plan": "success", "compute": "success", "report": "success"}
    assert [task.identity.name for task in line.started(run)] == ["compute"]
    assert "The sum of squares is 267" in line.log(run, "report")


def test_a_task_that_fails_is_failed_although_its_container_ended_with_0(line: Line) -> None:
    """An exception and an `os._exit(7)` of the task's own process: both task instances and the DAG run are `failed`, the log of the
    first has the exception. The containers end with 0: Airflow's worker has done its work, so that no exit code tells.
    """
    run = line.ended("SCENARIO-FAILING")
    assert line.run_state(run) == "failed"
    assert line.states(run) == {"raises": "failed", "exits": "failed"}
    assert "the scenario's own mistake" in line.log(run, "raises")
    assert "about to exit" in line.log(run, "exits")
    assert {EXIT_CODE(task) for task in line.ecs_tasks(run)} == {0}
    assert len(line.ecs_tasks(run)) == 2, "neither was started again"


def test_mapped_tasks_have_a_container_each_and_their_results_meet(line: Line) -> None:
    """Two numbers from one container, a mapped task for each, their sum in a fourth container: all succeed, four ECS tasks ran, and
    the last log has the sum.
    """
    run = line.ended("SCENARIO-MAPPED")
    assert set(line.states(run).values()) == {"success"}
    assert sorted(task.identity.name for task in line.started(run)) == [
        "numbers",
        "square[0]",
        "square[1]",
        "total",
    ]
    assert "the sum of squares is 13" in line.log(run, "total")


def test_a_deferred_task_goes_on_in_another_container(line: Line) -> None:
    """A task defers itself to the triggerer: it ends as `success` after two ECS tasks of different hosts, the second of which knows
    what the first handed on.
    """
    run = line.ended("SCENARIO-DEFERRING")
    assert line.states(run) == {"defer": "success"}
    assert len(line.ecs_tasks(run)) == 2
    found = re.search(r"resumed by (\w+) after (\w+)", line.log(run, "defer"))
    assert found is not None
    assert found[1] != found[2]


def test_what_an_image_puts_off_is_there_when_a_task_asks_for_it(line: Line) -> None:
    """A task imports each module of Airflow's models, serialization, executors and DAG processing, and what the levers of an
    image put off, each in a process that did nothing before; makes a connection, sets up SQLAlchemy's mappers, serializes its
    DAG, fills in a path in an object store; on Airflow 2 it also does what webserver and internal API would, and leaves a note on
    itself, which refers to the users of the auth manager. When it began, none of the packages that are put off was imported, and the
    certificates of all authorities had not been read.
    """
    run = line.ended("SCENARIO-IMPORTS")
    log = line.log(run, "use")
    assert line.states(run) == {"use": "success"}, log
    assert "imported at the start: []" in log, log
    assert re.search(r"used \d{2,}, of which failed: \[\]", log), log
    assert "Using Public CAs" not in line.output(run)


def test_overrides_of_executor_config_arrive_in_the_container(line: Line) -> None:
    """`executor_config` with 512 CPU units, 1024 MiB and a variable: the variable and the memory limit are seen by the task itself,
    CPU and memory by ECS's metadata in the container, in DescribeTasks, and in the engine's limits of the container.
    """
    run = line.ended("SCENARIO-OVERRIDES")
    assert line.states(run) == {"tell": "success"}
    log = line.log(run, "tell")
    assert "BATCH_SIZE is 50 000" in log
    assert "memory is 1024 MiB" in log
    assert "ECS says 0.5 vCPU and 1024 MiB" in log
    (task,) = line.ecs_tasks(run)
    assert (task["cpu"], task["memory"]) == ("512", "1024")
    limits = line.limits_seen(run)
    assert limits == {"cpus": 0.5, "memory": 1024 * 1024 * 1024}, json.dumps(limits)


def test_a_task_that_needs_more_memory_than_it_has_fails_and_the_reason_is_ecs_own(line: Line) -> None:
    """A task takes 4 GiB in a container of 512 MiB: it began, never finished, and is `failed`; DescribeTasks gives the reason
    OutOfMemoryError for its container.
    """
    run = line.ended("SCENARIO-OUT-OF-MEMORY")
    assert line.states(run) == {"take": "failed"}
    output = line.output(run)
    assert "taking memory" in output
    assert "took 4096 MiB" not in output
    reasons = [
        container.get("reason", "") for task in line.ecs_tasks(run) for container in task["containers"]
    ]
    assert any(reason.startswith("OutOfMemoryError") for reason in reasons), reasons
