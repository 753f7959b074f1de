"""Evidence about an image that is good in every way; tests change one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import pytest

from airflow_ecs_image.checks.evidence import ArbitraryUid, Evidence, MeasuredSize, Termination, TimedScan
from airflow_ecs_image.checks.layers import LayerContent, LayerScan
from airflow_ecs_image.checks.model import Expectations
from airflow_ecs_image.checks.probe_script import Answer, Section
from airflow_ecs_image.checks.worker_commands import COMMANDS, WORKLOAD_JSON, Command
from airflow_ecs_image.engine.images import HistoryEntry, ImageDetails

DETAILS = ImageDetails(
    id="sha256:0",
    tags=("example:1",),
    digests=(),
    architecture="amd64",
    os="linux",
    environment={"PATH": "/usr/bin", "CONNECTION_CHECK_MAX_COUNT": "0"},
    labels={},
    user="50000",
    working_directory="/opt/airflow",
    entrypoint=("/usr/bin/dumb-init", "--", "/entrypoint"),
    cmd=(),
    history=(),
    layers=("sha256:1",),
    size_bytes=1,
    created="",
)

PROCESS = {
    "chain": ["dumb-init", "python"],
    "uid": 50000,
    "gid": 0,
    "machine": "x86_64",
    "python": "3.13",
    "home": {"path": "/home/airflow", "writable": True, "mode": "0664"},
    "airflow_home": {"path": "/opt/airflow", "writable": True, "mode": "0664"},
}

SECTIONS: Mapping[str, Mapping[str, Any]] = {
    "process": PROCESS,
    "versions": {
        "apache-airflow": "3.3.2",
        "apache-airflow-core": "3.3.2",
        "apache-airflow-providers-amazon": "9.34.0",
    },
    "dependencies": {"distributions": 150, "problems": []},
    "start_up": {"line": 3, "import_seconds": 1.0, "compiled": 1000, "missing": 1},
    "dags": {
        "folder": "/opt/airflow/dags",
        "exists": True,
        "readable": True,
        "executor": "LocalExecutor",
        "python_files": 1,
        "unreadable": [],
        "private": [],
        "files": [
            {
                "path": "a.py",
                "dag_ids": ["a"],
                "tasks": 1,
                "milliseconds": 9.0,
                "error": None,
                "reason": None,
            }
        ],
    },
}

START_COST = {
    "dag": "a.py",
    "dag_files": 1,
    "runs": [{"cpu": 2.0, "clock": 2.1, "waited": 0.1}],
    "shares": [],
}


def recorded(command: Command, arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """What the probe records when the arguments, by default the command's own, reach the program."""
    before = ["python"] if command.program == "python" else ["/bin/python", "/bin/airflow"]
    words = (*before, *(command.arguments if arguments is None else arguments))
    return {"exit_code": 0, "arguments": [word.encode().hex() for word in words]}


class MakeEvidence(Protocol):
    """Builds the evidence; see `evidence`."""

    def __call__(
        self,
        *,
        labels: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        history: Sequence[str] = (),
        architecture: str = "amd64",
        layers: Sequence[LayerContent] = (LayerContent(files=7),),
        expected: Mapping[str, Any] | None = None,
        arguments: Sequence[str] = (WORKLOAD_JSON,),
        **sections: Mapping[str, Any],
    ) -> Evidence: ...


@pytest.fixture
def evidence() -> MakeEvidence:
    """A function that makes good evidence with changes.

    `labels` of this toolkit are given without their prefix, as long as they hold no dot. A section, such as
    `dags`, is changed where the given keys say so.
    """

    def make(
        *,
        labels: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        history: Sequence[str] = (),
        architecture: str = "amd64",
        layers: Sequence[LayerContent] = (LayerContent(files=7),),
        expected: Mapping[str, Any] | None = None,
        arguments: Sequence[str] = (WORKLOAD_JSON,),
        **sections: Mapping[str, Any],
    ) -> Evidence:
        details = replace(
            DETAILS,
            architecture=architecture,
            labels={
                (name if "." in name else f"io.airflow-ecs-image.{name}"): value
                for name, value in (labels or {}).items()
            },
            environment={**DETAILS.environment, **(environment or {})},
            history=tuple(HistoryEntry(line, "", 0) for line in history),
        )
        good = {**SECTIONS, "commands": {name: recorded(command) for name, command in COMMANDS.items()}}
        found = {name: {**section, **sections.get(name, {})} for name, section in good.items()}
        return Evidence(
            image="example:1",
            details=details,
            expectations=Expectations(**(expected or {})),
            emulated=architecture != "amd64",
            inside=Answer(
                tuple(argument.encode() for argument in arguments),
                {name: {"seconds": 0.5, "found": section} for name, section in found.items()},
            ),
            arbitrary=ArbitraryUid(
                12345,
                Section({**PROCESS, **sections.get("process", {})}, 0.1),
                Section(
                    {
                        "user": "default",
                        "airflow": {"exit_code": 0, "complaint": None},
                        **sections.get("arbitrary_uid", {}),
                    },
                    3.0,
                ),
            ),
            stopped=Termination(("ready", "asked", "cleaned"), 42, 0.6, 10.0, 1.0),
            layers=TimedScan(LayerScan(tuple(layers)), 5.0),
            size=MeasuredSize(1_000_000, None, 1.0),
            start=Answer((), {"start_cost": {"seconds": 9.0, "found": START_COST}}),
        )

    return make
