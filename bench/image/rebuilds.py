"""Builds again, as a user does: the command itself for this project, `docker build` for the reference."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from airflow_ecs_image.engine import images
from bench.contenders import Contender
from bench.contenders.build import build_contender
from bench.contenders.dockerfile import silent
from bench.contenders.model import PYTHON
from bench.image.manifest import blobs, manifest
from bench.image.results import DAG, DAG_SPLIT, REQUIREMENT, Rebuild
from bench.registry import LocalRegistry

DOOR = Path(__file__).parents[2] / "build.py"
"""The command of this project, as a user of a checkout has it."""
# Small, of Python alone, needed by nothing in the images.
_PACKAGES = ("cowsay==6.1", "iniconfig==2.0.0", "toolz==1.0.0", "pyfiglet==1.0.2", "tomli-w==1.1.0")


@dataclass
class Project:
    """A folder with 200 DAG files that one contender is built from again and again, for some cases.

    `door` is the `build.py` of this project's command and `options` are more of its options; `requirements` is where the
    reference finds its packages, by default with the toolkit. `sent` are the digests of all blobs that the registry has
    of it.
    """

    contender: Contender
    base: str
    folder: Path
    registry: LocalRegistry
    cases: tuple[str, ...]
    options: tuple[str, ...] = ()
    door: Path = DOOR
    requirements: Path | None = None
    sent: set[str] = field(default_factory=set)

    def build(self) -> float:
        """Build it; returns the milliseconds."""
        started = time.monotonic()
        if self.contender.name == "reference":
            build_contender(
                "reference",
                self.contender.airflow,
                self.folder,
                console=silent(),
                tag=self.contender.tag,
                base=self.base,
                requirements=self.requirements,
            )
        else:
            command = [sys.executable, str(self.door), "-C", str(self.folder), "--no-check", *self.options]
            command += ["--base", self.base, "--tag", self.contender.tag]
            command += ["--airflow-version", self.contender.airflow, "--python-version", PYTHON]
            # Python keeps the bytecode of what it imports unless it is told not to, as it may be where this runs.
            environment = {
                name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
            }
            subprocess.run(command, check=True, capture_output=True, env=environment)
        return round((time.monotonic() - started) * 1000, 1)

    def push(self) -> int:
        """Push it; returns the bytes of what the registry had not of it before."""
        repository, tag = f"rebuild/{self.contender.name}", uuid.uuid4().hex[:12]
        self.registry.push(self.contender.tag, repository, tag)
        found = blobs(manifest(self.registry.address, repository, tag))
        new = sum(size for digest, size in found.items() if digest not in self.sent)
        self.sent |= found.keys()
        return new

    def rebuild(self, case: str, number: int) -> Rebuild:
        """Change what the case says, build, and push."""
        self.change(case, number)
        before = _steps(self.contender.tag)
        milliseconds = self.build()
        exported = sum(size for _, size in (_steps(self.contender.tag) - before).elements())
        contender = self.contender
        return Rebuild(contender.name, contender.airflow, case, number, milliseconds, self.push(), exported)

    def change(self, case: str, number: int) -> None:
        """Nothing that any build has seen before, so that no cache has it."""
        unseen = f"# {uuid.uuid4().hex}\n"
        if case in {DAG, DAG_SPLIT}:
            dag = min(path for path in (self.folder / "dags").rglob("*.py"))
            dag.write_text(dag.read_text(encoding="utf-8") + unseen, encoding="utf-8")
        elif case == REQUIREMENT:
            lines = "".join(f"{package}\n" for package in _PACKAGES[: number % len(_PACKAGES) + 1])
            (self.folder / "requirements.txt").write_text(lines + unseen, encoding="utf-8")

    def forget(self) -> None:
        """Remove the name of the image."""
        if images.exists(self.contender.tag):
            images.remove(self.contender.tag)


def _steps(tag: str) -> Counter[tuple[str, int]]:
    """The steps of an image with the bytes that each added: a layer that is new has other bytes, or another step."""
    return Counter((entry.created_by, entry.size_bytes) for entry in images.inspect(tag).history)
