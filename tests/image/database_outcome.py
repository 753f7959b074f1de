"""One run of `check --database`, and that no password is in what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from airflow_ecs_image.cli import run

from .database_server import PASSWORD, Server
from .worker_images import WorkerImage

VARIABLE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"

Shell = pytest.CaptureFixture[str]


@dataclass(frozen=True)
class Outcome:
    code: int
    checks: dict[str, Any]
    everything: str

    def failure(self) -> tuple[str, str, str]:
        """The step that failed, its line and its mend; what comes after it was not tried."""
        states = [each["status"] for each in self.checks.values()]
        assert self.code == 8
        assert states.count("failed") == 1
        assert states == sorted(states, key=("passed", "failed", "skipped").index)
        name, found = next(item for item in self.checks.items() if item[1]["status"] == "failed")
        return name.removeprefix("database_"), found["detail"], found["mend"]


def check(
    image: WorkerImage, url: str, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: Shell, *more: str
) -> Outcome:
    monkeypatch.setenv(VARIABLE, url)
    arguments = ["check", image.tag, "--database", "--network", server.network, "--json", *more]
    code = run(arguments)
    shown = capsys.readouterr()
    everything = shown.out + shown.err
    # As it is, and as a connection string writes it.
    assert PASSWORD not in everything
    assert quote(PASSWORD, safe="") not in everything
    return Outcome(code, {each["name"]: each for each in json.loads(shown.out)["checks"]}, everything)
