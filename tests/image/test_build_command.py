"""`python build.py`, as a person or a pipeline runs it: what it says, what it leaves, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from airflow_ecs_image.engine import images
from bench.contenders.dockerfile import native_platform

from .terminal import Terminal
from .worker_images import REPOSITORY

DOOR = Path(__file__).parents[2] / "build.py"
TAG = f"{REPOSITORY}:command"
TEMPLATE = '{{% extends "Dockerfile.j2" %}}\n{{% block labels %}}\n{{{{ super() }}}}\n{}\n{{% endblock %}}\n'


@pytest.fixture
def folder(project: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(project, tmp_path / "project"))


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Where the command keeps its temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _untagged() -> Iterator[None]:
    yield
    if images.exists(TAG):
        images.remove(TAG)


def command(*options: str) -> list[str]:
    return [
        sys.executable,
        str(DOOR),
        "--base",
        "source",
        "--platform",
        native_platform(),
        "--tag",
        TAG,
        *options,
    ]


def run(folder: Path, temporary: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end as a pipeline does."""
    environment = {**os.environ, "TMPDIR": str(temporary), **variables}
    return subprocess.run(
        command(*options),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def with_last_step(folder: Path, instruction: str) -> str:
    """A template of the user's own whose image has one more step; returns its name."""
    (folder / "Dockerfile.custom.j2").write_text(TEMPLATE.format(instruction), encoding="utf-8")
    return "Dockerfile.custom.j2"


def assert_one_line_and_mend(stderr: str, *, mend: str) -> None:
    lines = [line for line in stderr.splitlines() if line.strip()]
    assert "Traceback" not in stderr
    assert mend in " ".join(stderr.split()), stderr
    assert len([line for line in lines if not line.startswith(" ")]) == 1, stderr


def test_build_checks_what_it_built_and_says_both_in_one_document(
    folder: Path, temporary: Path, default_tag: str
) -> None:
    completed = run(folder, temporary, "--json")

    assert completed.returncode == 0, completed.stderr
    document = json.loads(completed.stdout)
    (built,) = document["images"]
    (report,) = document["checks"]
    assert built["tag"] == TAG
    # Nothing differs from the image that the other tests run, but the name.
    assert built["digest"] == images.inspect(TAG).id == images.inspect(default_tag).id
    assert 0 < built["steps_cached"] <= built["steps"]
    assert 0 < built["compressed_bytes"] < built["unpacked_bytes"]
    assert report["passed"] is True
    assert list(temporary.iterdir()) == []


def test_an_engine_that_does_not_answer_is_said_in_one_line(folder: Path, temporary: Path) -> None:
    completed = run(folder, temporary, DOCKER_HOST=f"unix://{temporary}/no-engine.sock")

    assert completed.returncode == 3
    assert_one_line_and_mend(completed.stderr, mend="python build.py setup")
    assert "no-engine.sock" in completed.stderr
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM"])
def test_a_build_that_is_interrupted_tags_nothing_and_leaves_nothing(
    folder: Path, temporary: Path, default_tag: str, how: str
) -> None:
    mark = uuid.uuid4().hex
    template = with_last_step(folder, f"RUN : {mark} && sleep 600")

    with Terminal() as terminal, ExitStack() as ending:
        environment = {**os.environ, "TMPDIR": str(temporary)}
        process = terminal.start(
            command("--no-check", "--template", template), folder=folder, environment=environment
        )
        ending.callback(process.kill)
        terminal.read_until(mark)
        if how == "Ctrl-C":
            terminal.press(b"\x03")
        else:
            process.terminate()
        shown = terminal.read_until("nothing was tagged")

        assert process.wait(60) == 130
    assert "Traceback" not in shown
    assert not images.exists(TAG)
    assert list(temporary.iterdir()) == []


def test_a_full_disk_is_said_in_one_line(folder: Path, temporary: Path, default_tag: str) -> None:
    small_disk = "--mount=type=tmpfs,target=/small,size=1048576"
    template = with_last_step(folder, f"RUN {small_disk} head --bytes=2M /dev/zero >/small/file")

    completed = run(folder, temporary, "--no-check", "--template", template)

    assert completed.returncode == 9
    assert_one_line_and_mend(completed.stderr, mend="docker system df")
    assert not images.exists(TAG)
    assert list(temporary.iterdir()) == []
