"""Small facts: sizes, moments, names, faults, configuration, and what the endpoint may import."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.local import endpoint as package
from airflow_ecs_image.local.endpoint.api.input_shapes import FILE
from airflow_ecs_image.local.endpoint.arns import family_and_revision, last_part
from airflow_ecs_image.local.endpoint.configuration import WrongConfiguration, from_document, read
from airflow_ecs_image.local.endpoint.faults import Faults
from airflow_ecs_image.local.endpoint.moments import epoch, iso
from airflow_ecs_image.local.endpoint.refusals import EcsRefusal
from airflow_ecs_image.local.endpoint.sizes import cpu_units, memory_mib

from .in_process import configuration
from .input_shapes import of_botocore

ROOT = Path(package.__path__[0])


@pytest.mark.parametrize(
    ("text", "units"),
    [("1024", 1024), ("1 vCPU", 1024), (".25 vcpu", 256), ("0.5vCPU", 512), ("1 GB", None), ("", None), ("1.5", None)],
)  # fmt: skip
def test_cpu_units(text: str, units: int | None) -> None:
    assert cpu_units(text) == units


@pytest.mark.parametrize(
    ("text", "mib"), [("512", 512), ("1GB", 1024), ("0.5 gb", 512), ("1 vCPU", None), ("-1", None)]
)
def test_memory(text: str, mib: int | None) -> None:
    assert memory_mib(text) == mib


def test_moments() -> None:
    assert epoch("2026-11-25T03:32:52.379380123Z") == pytest.approx(1795577572.379380, abs=1e-6)
    assert epoch("2026-11-25T04:32:52+01:00") == 1795577572
    assert iso(1795577572.25) == "2026-11-25T03:32:52.250000Z"
    assert epoch(iso(1795577572.25)) == 1795577572.25
    with pytest.raises(ValueError, match="no time: yesterday"):
        epoch("yesterday")


def test_names() -> None:
    arn = "arn:aws:ecs:eu-central-1:000000000000:task-definition/a-b:12"
    assert family_and_revision(arn) == ("a-b", 12)
    assert family_and_revision("a-b") == ("a-b", None)
    assert last_part("arn:aws:ecs:eu-central-1:000000000000:cluster/c") == last_part("c") == "c"


def test_throttling_lets_through_what_fits_into_a_second() -> None:
    now = [0.0]
    faults = Faults(clock=lambda: now[0])
    faults.set({"throttle_per_second": {"RunTask": 2, "StopTask": 0}})

    refused: list[tuple[str, int]] = []

    def passes(operation: str = "RunTask") -> bool:
        try:
            faults.meet(operation)
        except EcsRefusal as refusal:
            refused.append((refusal.code, refusal.status))
            return False
        return True

    assert [passes(), passes(), passes()] == [True, True, False]
    now[0] = 0.99
    assert not passes()
    now[0] = 1.0
    assert [passes(), passes(), passes()] == [True, True, False]
    assert all(passes("StopTask") for _ in range(10))
    assert refused == [("ThrottlingException", 400)] * 3
    assert faults.counters()["throttled"] == {"RunTask": 3}
    assert faults.counters()["calls"] == {"RunTask": 7, "StopTask": 10}


RIGHT: dict[str, Any] = {
    "stack": "s",
    "network": "n",
    "region": "r",
    "clusters": ["c"],
    "memory_of_cpu": {"256": [512]},
}


def test_a_small_configuration_is_enough() -> None:
    found = from_document(RIGHT)

    assert (found.slots, found.mode, found.port, found.task_port) == (1, "containers", 8000, 80)
    assert found.memory_of_cpu == {256: (512,)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stack": ""}, "stack: missing"),
        ({"clusters": []}, "clusters: missing"),
        ({"mode": "real"}, "mode: 'real' is none of"),
        ({"slots": 0}, "slots: 0"),
    ],
)
def test_a_wrong_configuration(change: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongConfiguration, match=words):
        from_document({**RIGHT, **change})


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_broken_configuration(tmp_path: Path, text: str) -> None:
    file = tmp_path / "configuration.json"
    file.write_text(text)

    with pytest.raises(WrongConfiguration, match="no JSON"):
        read(file)


def test_no_representation_shows_a_secret(tmp_path: Path) -> None:
    shown = repr(
        configuration(
            tmp_path,
            secrets={"a": "not-to-be-shown"},
            environment={"A": "not-to-be-shown"},
            credentials={"access_key_id": "key", "secret_access_key": "not-to-be-shown", "token": "not-to-be-shown"},
        )
    )  # fmt: skip

    assert "not-to-be-shown" not in shown


def test_the_inputs_are_those_of_the_model() -> None:
    """`python -m tests.unit.local.endpoint.input_shapes` writes them anew."""
    assert json.loads(FILE.read_text(encoding="utf-8")) == of_botocore()


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_it_imports_the_standard_library_and_itself(file: Path) -> None:
    """It runs where nothing else is."""
    imported = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            imported.add(node.module or "")
    own = {name for name in imported if name.startswith(f"{package.__name__}.") or name == package.__name__}

    assert {name.partition(".")[0] for name in imported - own} <= sys.stdlib_module_names
