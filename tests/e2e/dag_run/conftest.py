"""One stack for each line of Airflow, and `local run` as people call it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.local.model import Stack
from tests.e2e.stacks import LINES, example_image, example_project, local_stack
from tests.image.worker_images import WorkerImage

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class LocalRun:
    """A stack, its project, and the verb on them."""

    stack: Stack
    image: WorkerImage
    project: Path

    def command(self, *words: str) -> list[str]:
        """The words of `local run` on this stack."""
        options = (
            "--name",
            self.stack.name,
            "--image",
            self.image.tag,
            "--dags",
            "s3",
            "-C",
            str(self.project),
        )
        return [sys.executable, str(ROOT / "build.py"), "local", "run", *words, *options]

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end, whatever that is."""
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=240, check=False)

    def document(self, *words: str) -> tuple[int, dict[str, Any]]:
        """The exit code and the one JSON document."""
        ended = self(*words, "--json")
        document: dict[str, Any] = json.loads(ended.stdout)
        return ended.returncode, document

    def write(self, name: str, text: str) -> None:
        """Write a DAG file."""
        (self.project / "dags" / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module", params=sorted(LINES, reverse=True), ids=lambda major: f"airflow-{major}")
def local_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    image = example_image(request.param, tmp_path_factory.mktemp("image"))
    project = example_project(tmp_path_factory.mktemp("project"))
    (project / "image.toml").write_text(
        f'airflow_version = "{image.airflow}"\npython_version = "{image.python}"\nbase = "source"\n'
        f'platform = "{image.details.platform}"\n',
        encoding="utf-8",
    )
    with local_stack(image, project) as stack:
        yield LocalRun(stack, image, project)
