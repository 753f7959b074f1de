"""One Airflow version with its control plane, ready for the runs of its images."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.contenders import Contender
from bench.numbers import spoken_milliseconds
from bench.s3.server import S3
from bench.start_up.cases import DELAY_MS, Case
from bench.start_up.control_plane import ControlPlane, Workload
from bench.start_up.measure import Run, measure

_INSIDE = Path(__file__).parent / "inside"


class Line:
    """All that the runs of one Airflow version share."""

    def __init__(
        self,
        airflow: str,
        contenders: Sequence[Contender],
        plane: ControlPlane,
        workloads: list[Workload],
        s3: S3,
        folder: Path,
    ) -> None:
        self.airflow, self.contenders, self.plane, self.workloads = airflow, contenders, plane, workloads
        self.environment = {**plane.environment, **s3.environment(DELAY_MS)}
        # A copy that every uid can read, whatever the modes of the checkout.
        self.inside = folder / f"inside-{airflow}"
        shutil.copytree(_INSIDE, self.inside, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (folder, self.inside, *self.inside.iterdir()):
            path.chmod(0o755)

    def one(self, contender: Contender, cpus: float | None, number: int) -> Run:
        """One run, with a task instance of its own."""
        return measure(
            contender,
            Case(self.airflow, cpus),
            number,
            self.workloads.pop(),
            environment=self.environment,
            inside=self.inside,
            state=self.plane.state,
        )


def said(ended: Run) -> str:
    """How a run is told while the others go on."""
    if ended.milliseconds is None:
        return f"FAILED: {ended.error}"
    return spoken_milliseconds(ended.milliseconds)
