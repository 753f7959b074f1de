"""Counting: no task lost, none run twice. Each number comes from another witness than Airflow's own word for it alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from airflow_ecs_image.local.load.evidence import Ran

TERMINAL = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
"""States of a task instance that do not change any more (airflow/utils/state.py)."""


@dataclass(frozen=True)
class Counts:
    """Task instances by what became of them.

    `lost` are in no terminal state, or Airflow does not know them. `sent_twice`: more than one task was started for the same
    try. `ran_twice`: the code ran more than once for the same try. `unproven`: Airflow says success, and no code ran.
    """

    tasks: int
    succeeded: int
    failed: int
    lost: int
    sent_twice: int
    ran_twice: int
    unproven: int

    @property
    def clean(self) -> bool:
        """None lost, none run twice, and each success was one."""
        return not (self.lost or self.sent_twice or self.ran_twice or self.unproven)

    def as_json(self) -> dict[str, int]:
        """A document of JSON types."""
        return {
            "tasks": self.tasks,
            "succeeded": self.succeeded,
            "failed": self.failed,
            "lost": self.lost,
            "sent_twice": self.sent_twice,
            "ran_twice": self.ran_twice,
            "unproven": self.unproven,
        }


def count(
    expected: int, states: Mapping[int, str], sent: Iterable[tuple[int, int | None]], ran: Iterable[Ran]
) -> Counts:
    """The counts of one DAG run.

    `states` are Airflow's by map index. `sent` is index and try of each task that the endpoint started, `ran` of each whose
    code ran, once for each ECS task.
    """
    runs = Counter((one.map_index, one.try_number) for one in ran)
    proven = {index for index, _ in runs}
    succeeded = [index for index, state in states.items() if state == "success"]
    ended = sum(state in TERMINAL for state in states.values())
    return Counts(
        tasks=expected,
        succeeded=len(succeeded),
        failed=ended - len(succeeded),
        lost=max(expected - ended, 0),
        sent_twice=sum(times > 1 for times in Counter(sent).values()),
        ran_twice=sum(times > 1 for times in runs.values()),
        unproven=sum(index not in proven for index in succeeded),
    )
