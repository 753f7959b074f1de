"""What every test may rely on."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

_WITH_ENGINE = Path(__file__).parent / "image"


def pytest_configure() -> None:
    """Let Ctrl-C reach the commands under test: a shell that runs the tests in the background has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on the engine stays together, since it shares images; beside it, file by file, runs the rest."""
    for item in items:
        group = "engine" if item.path.is_relative_to(_WITH_ENGINE) else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
