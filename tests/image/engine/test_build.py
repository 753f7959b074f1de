"""Building: names, counts, and failures that are explained."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_ecs_image.engine import BuildResult, containers, images
from airflow_ecs_image.engine.failures import StepFailed
from airflow_ecs_image.errors import BaseUnavailable, PlatformUnavailable

Builder = Callable[..., BuildResult]


def test_a_build_names_labels_and_counts(
    built: Builder, name: str, output: io.StringIO, root_filesystem_image: str
) -> None:
    dockerfile = f"FROM {root_filesystem_image}\nARG word\nRUN echo $word > /word\nCOPY file.txt /\n"
    options: dict[str, object] = {
        "build_args": {"word": str(time.time())},
        "labels": {"io.airflow-ecs-image.test": "a b"},
        "source_date_epoch": 1_700_000_000,
    }

    first = built(dockerfile, **options)
    # An old buildx refuses rawjson in the words in which this one refuses an unknown format.
    second = built(dockerfile, progress_format="unknown", **options)

    details = images.inspect(name)
    assert (first.steps_total, first.steps_cached) == (2, 0)
    assert (second.steps_total, second.steps_cached) == (2, 2)
    assert details.id == first.image_id == second.image_id
    inherited = images.inspect(root_filesystem_image).labels
    assert details.labels == {**inherited, "io.airflow-ecs-image.test": "a b"}
    assert details.platform == "linux/amd64"
    assert details.created == "2023-11-14T22:13:20Z"
    assert "✓ [3/3] COPY file.txt /" in output.getvalue()
    assert output.getvalue().endswith("= 2 steps cached\n")


def test_a_failed_step_is_named_with_the_end_of_its_log(
    built: Builder, name: str, output: io.StringIO, root_filesystem_image: str
) -> None:
    noise = "for n in $(seq 40); do echo line $n; done"
    script = f"# Install the requirements\n{noise}\nsleep 0.2; echo oops >&2\nexit 3"

    with pytest.raises(StepFailed) as raised:
        built(f"FROM {root_filesystem_image}\nRUN <<EOF\n{script}\nEOF\n", no_cache=True)

    error = raised.value
    assert str(error) == "step [2/2] Install the requirements failed: exit code: 3"
    assert error.step_name.startswith("[2/2] RUN <<EOF")
    assert error.details[-1] == "oops"
    assert len(error.details) == 25
    assert error.log.startswith("line 1\nline 2\n")
    assert "✗ [2/2] Install the requirements" in output.getvalue()
    assert not images.exists(name)


def test_a_missing_source_of_a_copy(built: Builder, root_filesystem_image: str) -> None:
    with pytest.raises(StepFailed, match="dags is not in the build context"):
        built(f"FROM {root_filesystem_image}\nCOPY dags /opt/dags\n")


def test_a_base_whose_registry_is_out_of_reach(built: Builder) -> None:
    with pytest.raises(BaseUnavailable, match=r"127\.0\.0\.1:9 cannot be reached: connection refused"):
        built("FROM 127.0.0.1:9/team/image:1\n")


def test_a_program_for_another_processor(
    built: Builder, name: str, context: Path, root_filesystem_image: str
) -> None:
    (context / "foreign").write_bytes(big_endian_program())
    (context / "foreign").chmod(0o755)
    dockerfile = f"FROM {root_filesystem_image}\nCOPY foreign /foreign\n"

    with pytest.raises(PlatformUnavailable, match="exec format error"):
        built(f"{dockerfile}RUN /foreign\n")
    built(dockerfile)
    with pytest.raises(PlatformUnavailable, match="exec format error"):
        containers.run(name, ["/foreign"])


def big_endian_program() -> bytes:
    """An ELF header for s390x, whose emulation this toolkit never registers."""
    identification = b"\x7fELF" + bytes([2, 2, 1]) + bytes(9)
    return identification + bytes.fromhex("0002001600000001") + bytes(400)
