"""The program: how it begins, and how it ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until

RIGHT: dict[str, Any] = {
    "stack": "unit",
    "network": "unit",
    "region": "eu-central-1",
    "clusters": ["c"],
    "mode": "simulated",
    "memory_of_cpu": {"256": [512]},
    "port": 0,
    "task_port": 0,
}


def begun(folder: Path, content: dict[str, Any] | str) -> subprocess.Popen[str]:
    file = folder / "configuration.json"
    text = (
        content
        if isinstance(content, str)
        else json.dumps({**RIGHT, "state": str(folder / "state"), **content})
    )
    file.write_text(text, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "airflow_ecs_image.local.endpoint", str(file)],
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("{", 2, "no JSON"),
        ({"clusters": []}, 2, "clusters: missing"),
        ({"simulation": {"pull_seconds": "long"}}, 2, "pull_seconds"),
        ({"mode": "containers", "engine_socket": "/none/docker.sock"}, 3, "no answer of the engine at /none"),
    ],
)
def test_what_it_cannot_begin_with(
    tmp_path: Path, content: dict[str, Any] | str, code: int, words: str
) -> None:
    with begun(tmp_path, content) as process:
        _, errors = process.communicate(timeout=30)

    assert process.returncode == code
    assert words in errors
    assert "Traceback" not in errors


def test_a_signal_ends_it(tmp_path: Path) -> None:
    with begun(tmp_path, {"port": (port := free_port())}) as process:
        until(lambda: answers(port), "its answer", seconds=30)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "GET /local/health 200" in errors


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/local/health", timeout=5) as response:
            return bool(json.loads(response.read())["ok"])
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
