"""How much processor time the services of a stack have used, read in their containers."""

from __future__ import annotations

from airflow_ecs_image.engine import Engine
from airflow_ecs_image.spec.label_names import LOCAL, LOCAL_SERVICE

# Of cgroup v2, in microseconds after a word, and of v1, in nanoseconds (kernel documentation, cgroup-v2 and cpuacct).
_READ = "cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage"


def service_cpu_seconds(stack: str, engine: Engine | None = None) -> dict[str, float]:
    """CPU seconds since the start of each service that runs, by the service's name. What cannot be read is left out."""
    engine = engine or Engine()
    listed = engine.docker(
        *("container", "ls", "--filter", f"label={LOCAL}={stack}", "--filter", f"label={LOCAL_SERVICE}"),
        *("--format", f'{{{{.ID}}}} {{{{.Label "{LOCAL_SERVICE}"}}}}'),
    )
    found = {}
    for line in listed.splitlines():
        identifier, _, service = line.partition(" ")
        output = engine.complete("container", "exec", identifier, "sh", "-c", _READ).stdout.decode()
        if (seconds := cpu_seconds(output)) is not None:
            found[service] = seconds
    return dict(sorted(found.items()))


def cpu_seconds(content: str) -> float | None:
    """The seconds in cgroup's words; None when there are none."""
    words = content.split()
    if words[:1] == ["usage_usec"] and len(words) > 1:
        return int(words[1]) / 1e6
    return int(words[0]) / 1e9 if words and words[0].isdecimal() else None


def used(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """The seconds between two readings; a service that was started between them counts from 0."""
    return {
        name: now - before.get(name, 0.0) if now >= before.get(name, 0.0) else now
        for name, now in after.items()
    }
