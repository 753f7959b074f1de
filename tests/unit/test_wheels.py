"""Which wheel goes into a lock."""

from __future__ import annotations

import pytest

from airflow_ecs_image.update.wheels import best_wheel


@pytest.mark.parametrize(
    ("machine", "expected"),
    [("x86_64", "a-1-cp313-cp313-manylinux_2_28_x86_64.whl"), ("aarch64", "a-1-py3-none-any.whl")],
)
def test_the_wheel_a_machine_prefers(machine: str, expected: str) -> None:
    names = [
        "a-1-py3-none-any.whl",
        "a-1-cp313-cp313-manylinux_2_28_x86_64.whl",
        "a-1-cp313-cp313-manylinux2014_x86_64.whl",
        "a-1-cp312-abi3-manylinux_2_28_x86_64.whl",
        "a-1-cp313-cp313-manylinux_2_39_x86_64.whl",
        "a-1-cp313-cp313-musllinux_1_2_aarch64.whl",
        "a-1-cp313-cp313t-manylinux_2_28_aarch64.whl",
        "a-1-cp313-cp313-macosx_11_0_arm64.whl",
        "a-1-cp313-cp313-win_amd64.whl",
    ]
    assert best_wheel(names, "3.13", machine) == expected


def test_no_wheel_fits() -> None:
    assert best_wheel(["a-1-cp312-cp312-manylinux_2_28_x86_64.whl"], "3.13", "x86_64") is None
