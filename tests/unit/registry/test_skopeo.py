"""skopeo: where it is missing, and to whom it speaks without TLS."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine
from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.registry.skopeo import ensure_skopeo, is_insecure
from airflow_ecs_image.setup.machine import machine_from

FEDORA = 'PRETTY_NAME="Fedora Linux 42"\nID=fedora\n'


def test_a_machine_whose_packages_are_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    fedora = machine_from("Linux", "x86_64", FEDORA, is_root=True)
    monkeypatch.setattr("airflow_ecs_image.setup.machine.this_machine", lambda: fedora)
    with pytest.raises(SetupFailed, match="skopeo: command not found") as error:
        ensure_skopeo(Console(stream=io.StringIO(), environment={}))
    assert error.value.mend == "install skopeo, or push with --compression gzip"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A docker command that knows one registry without TLS, and the networks that every engine knows."""
    program = tmp_path / "docker"
    program.write_text(
        "#!/bin/sh\n"
        'echo \'{"InsecureRegistryCIDRs": ["::1/128", "127.0.0.0/8", "10.1.0.0/16"], '
        '"IndexConfigs": {"docker.io": {"Secure": true}, "registry.internal:5000": {"Secure": false}}}\'\n'
    )
    program.chmod(0o755)
    return Engine(str(program))


@pytest.mark.parametrize(
    ("host", "insecure"),
    [
        ("localhost:5000", True),
        ("127.0.0.1:5000", True),
        ("127.9.9.9", True),
        ("[::1]:5000", True),
        ("10.1.2.3:5000", True),
        ("10.2.2.3:5000", False),
        ("registry.internal:5000", True),
        ("registry.internal", False),
        ("docker.io", False),
        ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", False),
    ],
)
def test_without_tls_as_docker_does(engine: Engine, host: str, insecure: bool) -> None:
    assert is_insecure(host, engine) is insecure


def test_without_an_answer_of_the_engine(tmp_path: Path) -> None:
    silent = tmp_path / "docker"
    silent.write_text("#!/bin/sh\nexit 1\n")
    silent.chmod(0o755)
    assert is_insecure("registry.example.com", Engine(str(silent))) is False
