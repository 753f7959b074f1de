"""Ctrl-C during a check leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from airflow_ecs_image.engine import Engine

from .conftest import Derive


def containers_of(image: str, *options: str) -> list[str]:
    return Engine().docker("ps", "--quiet", "--filter", f"ancestor={image}", *options).split()


def test_ctrl_c_ends_the_containers(derive: Derive, tmp_path: Path) -> None:
    # A label of its own makes it an image of its own: no other container has it as ancestor.
    image = derive(f'LABEL test.interruption="{tmp_path.name}"')
    command = [sys.executable, "-m", "airflow_ecs_image", "check", image, "--skip", "credentials"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    deadline = time.monotonic() + 30
    while len(containers_of(image)) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    if process.poll() is not None:
        pytest.skip("the check was over before it could be interrupted")

    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=20)

    assert process.returncode == 130, shown
    assert "Traceback" not in shown
    assert containers_of(image, "--all") == []
