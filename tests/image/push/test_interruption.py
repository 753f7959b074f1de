"""Ctrl-C and a cancelled CI job in the middle of a push."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.waiting import until

from .pushing import names_below
from .registry_front import Answer, Front, Request


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_an_interrupted_push_leaves_nothing_behind(
    image: str,
    name: str,
    front: Front,
    tmp_path: Path,
    number: signal.Signals,
    compression: str,
) -> None:
    sending, over = threading.Event(), threading.Event()

    def hold(request: Request) -> Answer | None:
        if request.method == "PATCH":
            sending.set()
            over.wait(60)
        return None

    front.rules.append(hold)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "airflow_ecs_image", "push", image, f"{front.address}/{name}:1"]
    with subprocess.Popen(
        [*command, "--allow-unchecked", "--compression", compression],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            until(sending.is_set, "a layer is on its way")
            process.send_signal(number)
            _, words = process.communicate(timeout=60)
        finally:
            over.set()
            process.kill()
    assert process.returncode == 130
    assert words == "error: push interrupted: layers that arrived are not sent again next time\n"
    assert list(temporary.iterdir()) == []
    assert names_below(front.address) == []
