"""Mistakes in how an image runs, each found by its check."""

from __future__ import annotations

import io
import struct
import tarfile
from pathlib import Path

import pytest

from airflow_ecs_image.checks import Expectations, Report, Status, run_checks
from airflow_ecs_image.checks.registry import CHECKS
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import images
from airflow_ecs_image.errors import ImageNotFound, SpecError

from .conftest import Derive, check, found

WRAPPER_WITHOUT_EXEC = '#!/bin/bash\n/entrypoint "$@"\n'
WRAPPER_WITH_SECOND_PARSE = '#!/bin/bash\nexec /bin/bash -c "exec /entrypoint $*"\n'


@pytest.fixture(scope="module")
def careless(derive: Derive) -> Report:
    """The checks of an image with one mistake for each of them."""
    tag = derive(
        """
        USER root
        COPY wrapper /wrapper
        RUN chmod 755 /home/airflow /opt/airflow && \\
            rm -rf /home/airflow/.local/lib/python*/site-packages/tabulate-*.dist-info
        ENTRYPOINT ["/usr/bin/dumb-init", "--", "/wrapper"]
        ENV CONNECTION_CHECK_MAX_COUNT=20 PYTHONPYCACHEPREFIX=/tmp/bytecode
        LABEL org.apache.airflow.version=9.9.9
        """,
        {"wrapper": WRAPPER_WITHOUT_EXEC},
    )
    others = [each.name for each in CHECKS if each.name not in {"dag_imports", "credentials"}]
    return check(tag, *others, platform="linux/s390x")


@pytest.mark.parametrize(
    ("name", "status", "detail"),
    [
        ("architecture", "failed", "not for linux/s390x"),
        ("entrypoint", "failed", "stays between process 1 and the worker"),
        ("versions", "failed", "but the image's label says 9.9.9"),
        ("dependencies", "failed", "requires tabulate, which is not installed"),
        # The container ends with its shell: the worker may or may not have written that it was asked to stop.
        ("signals", "failed", ("in the middle of its clean-up", "the worker never gets it")),
        ("user", "failed", "the worker runs as root"),
        ("arbitrary_uid", "failed", "/home/airflow is not writable"),
        ("start_up", "warned", "have no bytecode"),
        ("start_up", "warned", "CONNECTION_CHECK_MAX_COUNT is 20"),
        ("worker_command", "passed", "arrive unchanged"),
    ],
)
def test_a_mistake_is_found(
    careless: Report, name: str, status: Status, detail: str | tuple[str, ...]
) -> None:
    result = found(careless, name)

    assert result.status == status, result.detail
    assert any(each in result.detail for each in ([detail] if isinstance(detail, str) else detail))
    assert (result.mend is None) == (status == "passed")


def test_a_shell_that_reads_the_worker_command_again_is_found(derive: Derive) -> None:
    tag = derive(
        'COPY wrapper /wrapper\nENTRYPOINT ["/usr/bin/dumb-init", "--", "/wrapper"]',
        {"wrapper": WRAPPER_WITH_SECOND_PARSE},
    )

    result = found(check(tag, "worker_command"), "worker_command")

    assert result.status == "failed"
    assert "token" not in result.detail


def test_an_image_that_does_not_start_gives_a_report(derive: Derive) -> None:
    report = check(derive('ENTRYPOINT ["/no/such/entrypoint"]'), "entrypoint", "user", "signals")

    assert not report.passed
    assert "/no/such/entrypoint" in found(report, "entrypoint").detail
    assert found(report, "user").detail == "not proven, for the same reason as Entrypoint"


def foreign_program() -> bytes:
    """The head of an ELF program for the IBM S/390 (machine 22), which nothing here emulates."""
    identification = b"\x7fELF\x02\x02\x01" + bytes(9)
    return (
        identification + struct.pack(">HHIQQQIHHHHHH", 2, 22, 1, 0, 64, 0, 0, 64, 56, 0, 64, 0, 0) + bytes(64)
    )


def test_an_image_of_a_platform_that_is_not_emulated(tmp_path: Path) -> None:
    archive = tmp_path / "root-filesystem.tar"
    with tarfile.open(archive, "w") as tar:
        member = tarfile.TarInfo("bin/python")
        member.size, member.mode = len(foreign_program()), 0o755
        tar.addfile(member, io.BytesIO(foreign_program()))
    tag = "airflow-ecs-image-test/foreign:1"
    images.import_root_filesystem(archive, tag, "linux/s390x")
    try:
        report = check(tag, "architecture", "user")
    finally:
        images.remove(tag)

    result = found(report, "architecture")
    assert (result.status, result.mend) == ("failed", "python build.py setup emulation")
    assert "exec format error" not in result.detail


def test_an_image_that_is_not_there() -> None:
    with pytest.raises(ImageNotFound):
        check("airflow-ecs-image-test/nothing:1")


def test_an_unknown_check_cannot_be_left_out() -> None:
    with pytest.raises(SpecError, match="no such check; allowed: architecture,"):
        run_checks("any", expectations=Expectations(), console=Console(stream=io.StringIO()), skip=["dags"])
