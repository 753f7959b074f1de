"""What one load is: how many tasks, how many of them at once, and what the endpoint does to them."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_ecs_image.errors import SpecError

DAG_ID = "airflow-ecs-image-load"
POOL = "airflow-ecs-image-load"
"""The pool of the load's tasks: the default pool of Airflow has 128 slots."""

_MOST_TASKS = 10_000
_REAL_SECONDS, _SIMULATED_SECONDS = 1.0, 120.0
_FEWEST_TIS, _MOST_TIS = 16, 128
_REAL_BEAT, _SIMULATED_BEAT = 1, 30
_DEFAULT_MAP_LENGTH = 1024


@dataclass(frozen=True)
class Asked:
    """What the user said, None for what they did not; the words of `LoadPlan`."""

    tasks: int
    running: int | None = None
    simulated: bool = False
    seconds: float | None = None
    parallelism: int | None = None
    latency: float = 0.0
    throttle: float = 0.0
    capacity_failures: int = 0


@dataclass(frozen=True)
class LoadPlan:
    """One load, decided.

    `running` is how many tasks ECS has room for at once. `seconds` is how long each task works. `parallelism` is how many
    Airflow hands to the executor at once. The endpoint answers after `latency` seconds, takes `throttle` RunTask a second
    (0: any number), and has no capacity for the first `capacity_failures` of them.
    """

    tasks: int
    running: int
    simulated: bool
    seconds: float
    parallelism: int
    latency: float = 0.0
    throttle: float = 0.0
    capacity_failures: int = 0

    def control_plane_environment(self) -> dict[str, str]:
        """What scheduler and API server of Airflow must be told for this load (Airflow's configuration reference).

        - core.parallelism and the DAG's own max_active_tasks and pool let the tasks through; 32, 16 and 128 are the defaults.
        - core.max_map_length bounds a mapped task.
        - scheduler.max_tis_per_query is how many are queued in one turn of the scheduler; 16 is the default.
        - scheduler.task_queued_timeout is how long a task may wait for its place, and on Airflow 3 how long the token in its
          command is good: 600 s is the default, too short for a queue that takes longer.
        - scheduler.scheduler_health_check_threshold: one turn with a hundred RunTasks takes long.
        - core.min_serialized_dag_fetch_interval: what a stack sets for edits of DAGs would cost each turn a look at the database.
        """
        turn = str(min(max(self.parallelism, _FEWEST_TIS), _MOST_TIS))
        return {
            "AIRFLOW__CORE__PARALLELISM": str(self.parallelism),
            "AIRFLOW__CORE__MAX_MAP_LENGTH": str(max(self.tasks, _DEFAULT_MAP_LENGTH)),
            "AIRFLOW__SCHEDULER__MAX_TIS_PER_QUERY": turn,
            "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "7200",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "120",
            "AIRFLOW__CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL": "10",
        }

    def worker_environment(self) -> dict[str, str]:
        """What the workers are told: hundreds of them must not keep the API server busy with their heartbeats alone.

        A real worker notices the end of its task at its next heartbeat, so that it has short ones.
        """
        beat = str(_SIMULATED_BEAT if self.simulated else _REAL_BEAT)
        return {
            "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": beat,
            "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC": beat,
        }

    def simulation(self) -> dict[str, float]:
        """`simulation` of the endpoint's configuration: a container that starts fast, a worker that imports like a real one."""
        return {
            "place_seconds": 1.0,
            "pull_seconds": 1.0,
            "start_seconds": 0.5,
            "import_seconds": 2.0,
            "task_seconds": self.seconds,
            "exit_seconds": 0.3,
            "deprovision_seconds": 1.0,
        }

    def faults(self) -> dict[str, object]:
        """What `PUT /local/faults` of the endpoint is told."""
        return {
            "latency_seconds": self.latency,
            "throttle_per_second": {"RunTask": self.throttle} if self.throttle else {},
            "capacity_failures": self.capacity_failures,
        }

    def as_json(self) -> dict[str, object]:
        """A document of JSON types."""
        return {
            "tasks": self.tasks,
            "running": self.running,
            "simulated": self.simulated,
            "seconds": self.seconds,
            "parallelism": self.parallelism,
            "latency_seconds": self.latency,
            "throttle_per_second": self.throttle,
            "capacity_failures": self.capacity_failures,
        }


def decide(asked: Asked, cores: int) -> LoadPlan:
    """The plan with its defaults. SpecError for a value that cannot be.

    Real tasks run as many at once as the machine has cores, simulated ones half of them; all are handed to the executor.
    A simulated task takes long enough that all that may run at once do.
    """
    for option, value, least in (
        ("tasks", asked.tasks, 1),
        ("running", asked.running, 1),
        ("parallelism", asked.parallelism, 1),
        ("seconds", asked.seconds, 0),
        ("latency", asked.latency, 0),
        ("throttle", asked.throttle, 0),
        ("capacity-failures", asked.capacity_failures, 0),
    ):
        if value is not None and value < least:
            raise SpecError(f"--{option}: {value} is less than {least}", mend=f"{least} or more")
    if asked.tasks > _MOST_TASKS:
        raise SpecError(
            f"--tasks: {asked.tasks} is more than one DAG run should have", mend=f"{_MOST_TASKS} at most"
        )
    room = max(1, asked.tasks // 2) if asked.simulated else cores
    seconds = _SIMULATED_SECONDS if asked.simulated else _REAL_SECONDS
    return LoadPlan(
        tasks=asked.tasks,
        running=room if asked.running is None else asked.running,
        simulated=asked.simulated,
        seconds=seconds if asked.seconds is None else asked.seconds,
        parallelism=asked.tasks if asked.parallelism is None else asked.parallelism,
        latency=asked.latency,
        throttle=asked.throttle,
        capacity_failures=asked.capacity_failures,
    )
