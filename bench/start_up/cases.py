"""What is measured: every Airflow line at each share of a CPU."""

from __future__ import annotations

from dataclasses import dataclass

CPUS = (None, 0.25)
"""`docker run --cpus`: none is every core of the machine, 0.25 the smallest task of Fargate."""
DELAY_MS = 20
"""What each request to S3 waits on its way."""


@dataclass(frozen=True)
class Case:
    """One Airflow version at one share of a CPU; `cpus` is None where the container may use every core."""

    airflow: str
    cpus: float | None

    @property
    def name(self) -> str:
        """How runs name it: `3.3.2-fullcpu`, `2.11.2-0.25cpu`."""
        return f"{self.airflow}-{'full' if self.cpus is None else f'{self.cpus:g}'}cpu"

    @property
    def title(self) -> str:
        """How tables and charts call it."""
        return f"Airflow {self.airflow}, {'full CPU' if self.cpus is None else f'{self.cpus:g} CPU'}"

    @classmethod
    def named(cls, name: str) -> Case:
        """The case of that name."""
        airflow, _, share = name.rpartition("-")
        share = share.removesuffix("cpu")
        return cls(airflow, None if share == "full" else float(share))
