"""What Fargate offers (ECS developer guide, "Fargate task definition considerations": task CPU and memory)."""

from __future__ import annotations

from airflow_ecs_image.spec.refusal import Refused

MEMORY_OF_CPU: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}
"""MiB of memory that a task can have, by its CPU units (1024 are one vCPU)."""

LEAST_STORAGE, MOST_STORAGE = 21, 200
"""GiB of ephemeral storage that a task can ask for; without asking it has 20."""

MOST_STOP_SECONDS = 120


def memory(value: int, cpu: int) -> int:
    """Refuse what no Fargate task of that CPU can have, in MiB."""
    allowed = MEMORY_OF_CPU.get(cpu, ())
    if allowed and value not in allowed:
        raise Refused(f"Fargate has no task of {cpu} CPU units with it", spoken(allowed))
    return value


def cpu(value: int) -> int:
    """Refuse what is no size of a Fargate task, in CPU units."""
    if value not in MEMORY_OF_CPU:
        raise Refused("Fargate has no task of that size", f"one of {', '.join(map(str, MEMORY_OF_CPU))}")
    return value


def ephemeral_storage(value: int) -> int:
    """Refuse what Fargate does not give, in GiB."""
    if not LEAST_STORAGE <= value <= MOST_STORAGE:
        raise Refused("Fargate does not give that many GiB", f"{LEAST_STORAGE} to {MOST_STORAGE}")
    return value


def stop_timeout(value: int) -> int:
    """Refuse what Fargate does not wait, in seconds."""
    if not 2 <= value <= MOST_STOP_SECONDS:
        raise Refused("ECS does not wait that many seconds", f"2 to {MOST_STOP_SECONDS}")
    return value


def spoken(allowed: tuple[int, ...]) -> str:
    """A row of the table in words: `2048 to 8192 in steps of 1024`."""
    if len(allowed) <= 3:
        return ", ".join(map(str, allowed))
    return f"{allowed[0]} to {allowed[-1]} in steps of {allowed[1] - allowed[0]}"
