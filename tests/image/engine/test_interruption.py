"""Ctrl-C in mid-build: no name moves, no file and no process stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from airflow_ecs_image.engine import BuildResult, images

PROGRAM = """
import sys
from pathlib import Path
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import BuildRequest, build
from airflow_ecs_image.errors import Interrupted
dockerfile, context, name = sys.argv[1:]
try:
    build(BuildRequest(dockerfile, Path(context), (name,), "linux/amd64"), Console())
except Interrupted as error:
    print(error)
    sys.exit(error.exit_code)
"""


def test_an_interrupted_build_moves_no_name_and_leaves_nothing(
    built: Callable[..., BuildResult], name: str, context: Path, tmp_path: Path, root_filesystem_image: str
) -> None:
    before = built(f"FROM {root_filesystem_image}\nCOPY file.txt /\n").image_id
    signals = (signal.SIGINT, signal.SIGTERM)
    folders = [tmp_path / number.name for number in signals]
    processes = [begun_build(folder, context, name, root_filesystem_image) for folder in folders]

    for process, folder, number in zip(processes, folders, signals, strict=True):
        assert process.stdout is not None
        assert process.stdout.readline().startswith("✓ [2/3] RUN true")
        assert list(folder.iterdir())
        process.send_signal(number)

    for process, folder in zip(processes, folders, strict=True):
        with process:
            said, _ = process.communicate(timeout=20)
        assert said == "build interrupted: nothing was tagged\n"
        assert process.returncode == 130
        assert list(folder.iterdir()) == []
        assert not processes_that_name(folder)
    assert images.inspect(name).id == before


def begun_build(temporary: Path, context: Path, name: str, base: str) -> subprocess.Popen[str]:
    """A build in a process of its own, with a step that would take a minute and its own temporary folder."""
    temporary.mkdir()
    dockerfile = f"FROM {base}\nRUN true {time.time()}\nRUN sleep 60\n"
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, dockerfile, str(context), name],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def processes_that_name(path: Path) -> list[int]:
    found = []
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(path).encode() in arguments.read_bytes():
                found.append(int(arguments.parent.name))
        except OSError:
            continue
    return found
