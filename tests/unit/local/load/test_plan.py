"""What a load asks of the stack, by what the user asked for."""

from __future__ import annotations

import pytest

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.local.load.dag_text import dag_text
from airflow_ecs_image.local.load.plan import Asked, decide


def test_real_tasks_run_as_many_at_once_as_there_are_cores() -> None:
    plan = decide(Asked(100), cores=2)
    assert (plan.running, plan.parallelism, plan.seconds) == (2, 100, 1.0)


def test_half_of_the_simulated_tasks_run_at_once_and_long_enough_to_do_so() -> None:
    plan = decide(Asked(1000, simulated=True), cores=2)
    assert (plan.running, plan.parallelism) == (500, 1000)
    assert plan.simulation()["task_seconds"] == plan.seconds > 60


def test_said_values_stand_over_defaults() -> None:
    plan = decide(
        Asked(10, running=4, simulated=True, seconds=0, parallelism=6, throttle=20, capacity_failures=3),
        cores=2,
    )
    assert (plan.running, plan.seconds, plan.parallelism) == (4, 0, 6)
    assert plan.faults() == {
        "latency_seconds": 0.0,
        "throttle_per_second": {"RunTask": 20},
        "capacity_failures": 3,
    }


@pytest.mark.parametrize(
    ("asked", "option"),
    [
        (Asked(0), "--tasks"),
        (Asked(10_001), "--tasks"),
        (Asked(1, running=0), "--running"),
        (Asked(1, parallelism=0), "--parallelism"),
        (Asked(1, seconds=-1), "--seconds"),
        (Asked(1, latency=-0.1), "--latency"),
        (Asked(1, throttle=-1), "--throttle"),
        (Asked(1, capacity_failures=-1), "--capacity-failures"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_option(asked: Asked, option: str) -> None:
    with pytest.raises(SpecError, match=option):
        decide(asked, cores=2)


@pytest.mark.parametrize(
    ("tasks", "length", "turn"), [(8, "1024", "16"), (60, "1024", "60"), (5000, "5000", "128")]
)
def test_the_scheduler_lets_all_tasks_through(tasks: int, length: str, turn: str) -> None:
    environment = decide(Asked(tasks), cores=2).control_plane_environment()
    assert environment["AIRFLOW__CORE__PARALLELISM"] == str(tasks)
    assert environment["AIRFLOW__CORE__MAX_MAP_LENGTH"] == length
    assert environment["AIRFLOW__SCHEDULER__MAX_TIS_PER_QUERY"] == turn


def test_the_dag_is_python_with_the_numbers_of_the_plan() -> None:
    text = dag_text(decide(Asked(37, seconds=0.25), cores=2))
    compile(text, "dag.py", "exec")
    assert "range(37)" in text
    assert "time.sleep(0.25)" in text
    assert "max_active_tasks=37" in text
