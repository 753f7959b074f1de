"""Airflow's official constraint sets, which decide the versions in a lock."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.errors import SetupFailed, SpecError
from airflow_ecs_image.versions import EXECUTOR_PACKAGE

ADDRESS = "https://raw.githubusercontent.com/apache/airflow/constraints-{airflow}/constraints-{python}.txt"
TIMEOUT_SECONDS = 30

_OWN_ADDRESS = re.compile(r"constraints-(\d+\.\d+\.\d+)/constraints-(\d+\.\d+)\.txt")
# The set of one Airflow may serve the next patch release, whose own packages it would hold back.
_AIRFLOW_ITSELF = re.compile(r"apache-airflow(-core|-task-sdk|-ctl)?==")


@dataclass(frozen=True)
class ConstraintSet:
    """`name` says which Airflow and Python the set was made for; `pins` are its lines without Airflow's own packages."""

    name: str
    pins: tuple[str, ...]

    @property
    def executor_package(self) -> str | None:
        """The version of the executor package that this set pins."""
        prefix = f"{EXECUTOR_PACKAGE}=="
        return next((pin.removeprefix(prefix) for pin in self.pins if pin.startswith(prefix)), None)


def parse(text: str, origin: str) -> ConstraintSet:
    """Read a constraint set; SpecError when `text` holds no pin, `origin` being where it came from."""
    lines = [line.strip() for line in text.splitlines()]
    pins = tuple(line for line in lines if "==" in line and not line.startswith("#"))
    if not pins:
        raise SpecError(f"constraints: '{origin}' — no line of the form name==version in it")
    own = _OWN_ADDRESS.search(text) or _OWN_ADDRESS.search(origin)
    name = f"Airflow {own[1]}, Python {own[2]}" if own else Path(origin).name
    return ConstraintSet(name, tuple(pin for pin in pins if not _AIRFLOW_ITSELF.match(pin)))


def read(path: Path) -> ConstraintSet:
    """The set in a file; SpecError when it cannot be read."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as problem:
        raise SpecError(f"constraints: '{path}' — cannot be read: {problem}") from None


def fetch(airflow: str, python: str) -> ConstraintSet:
    """The official set for that pair; SetupFailed when it cannot be had."""
    address = ADDRESS.format(airflow=airflow, python=python)
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 the scheme is above
            return parse(answer.read().decode("utf-8"), address)
    except (urllib.error.URLError, TimeoutError, OSError) as problem:
        reason = getattr(problem, "reason", problem)
        raise SetupFailed(
            f"{address}: {reason}",
            mend=f"download it elsewhere, then: python -m airflow_ecs_image.update --airflow {airflow} --constraints FILE",
        ) from None
