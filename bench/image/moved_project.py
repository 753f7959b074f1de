"""A project whose Airflow moves from a patch release to a newer one."""

from __future__ import annotations

import dataclasses
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

from bench.contenders.build import base_of
from bench.contenders.dockerfile import build_dockerfile
from bench.image.older_toolkit import OlderToolkit
from bench.image.rebuilds import Project

# The engine's cache goes by the layers of a base, so that one more layer makes it another.
_ANOTHER = "ARG base\nFROM ${base}\nARG unseen\nCOPY <<EOF /unseen\n${unseen}\nEOF\n"


@dataclass(kw_only=True)
class MovedProject(Project):
    """Before each run it stands on the older release; then it moves to the newer, whose steps no cache has seen.

    The base is set by the move.
    """

    toolkit: OlderToolkit

    def __post_init__(self) -> None:
        """Build with the toolkit that knows both releases."""
        self.door, self.requirements = self.toolkit.door, self.toolkit.requirements

    def change(self, case: str, number: int) -> None:
        """Build and push with the older release, then name the newer one; there is one case, which goes by no number."""
        del case, number
        self._stand_on(self.toolkit.older)
        self.build()
        self.sent = set()
        self.push()
        self._stand_on(self.toolkit.airflow)
        if self.base == "source":
            self.toolkit.shuffle_lock()
        else:
            self.base = _another(self.base)

    def _stand_on(self, airflow: str) -> None:
        self.contender = dataclasses.replace(self.contender, airflow=airflow)
        if self.contender.name != "source":
            # The newer one is the toolkit's own, which other projects stand on; the copy's lock gets another order.
            self.base = base_of(airflow, self.toolkit.requirements if airflow == self.toolkit.older else None)


def _another(base: str) -> str:
    """The base with one small file more, so that no step above it is remembered; its name in the engine's store."""
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as context:
        repository, _, tag = base.rpartition(":")
        name = f"{repository}:another-{tag}"
        return build_dockerfile(_ANOTHER, Path(context), name, base=base, unseen=uuid.uuid4().hex)
