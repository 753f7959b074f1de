"""What every test may rely on."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Beside tests that keep both cores busy it may take long to make an example and to try it; that is no defect.
settings.register_profile("two processes", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("two processes")


def pytest_configure() -> None:
    """Let Ctrl-C reach the commands under test: a shell that runs the tests in the background has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Checks leave a record in the user's home, which is no business of the tests'.
    os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="airflow-ecs-image-state-")


def pytest_unconfigure() -> None:
    """Remove the records of checks."""
    shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)


class TwoGroupsForTheEngine(LoadScopeScheduling):  # type: ignore[misc]
    """Images and local stacks are shared within a process: the tests of each stay together, and the rest runs file by file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((group for group in ("tests/e2e/", "tests/image/") if file.startswith(group)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Which of two processes runs a test (xdist documentation, "Creating your own distribution")."""
    return TwoGroupsForTheEngine(config, log)
