"""Budgets on real images: a heavy requirement, and imports that burn processor time, are found and named."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from airflow_ecs_image.checks import CheckResult, Expectations, Report, budgets, size_budget, start_budget
from airflow_ecs_image.checks.evidence import Evidence
from airflow_ecs_image.checks.gathering import gather
from airflow_ecs_image.checks.running import show
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.sizes import compressed_size
from airflow_ecs_image.size_report import measure
from tests.image.conftest import build_source_image

from .conftest import Derive

BURN = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end:\n    pass\n"
HEAVY_BYTES = 30_000_000
CHECKS = frozenset({"size", "start_cost"})


@pytest.fixture(scope="module")
def heavy(derive: Derive, default_tag: str) -> str:
    """An image with 30 MB that do not compress, a slow plugin that a package brings, and a slow DAG file."""
    site = images.inspect(default_tag).environment["VIRTUAL_ENV"] + "/lib/python*/site-packages"
    files = {
        "slow/slow_plugin/__init__.py": BURN.format(0.6),
        "slow/slow_plugin-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: slow_plugin\nVersion: 1.0\n",
        "slow/slow_plugin-1.0.dist-info/entry_points.txt": "[airflow.plugins]\nslow = slow_plugin\n",
        "slow/slow_plugin-1.0.dist-info/RECORD": "slow_plugin/__init__.py,,\nslow_plugin-1.0.dist-info/METADATA,,\n"
        "slow_plugin-1.0.dist-info/entry_points.txt,,\nslow_plugin-1.0.dist-info/RECORD,,\n",
        "slow/big_wheel/__init__.py": "",
        "slow/big_wheel-2.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: big-wheel\nVersion: 2.0\n",
        "slow/big_wheel-2.0.dist-info/RECORD": "big_wheel/__init__.py,,\nbig_wheel/data.bin,,\n"
        "big_wheel-2.0.dist-info/METADATA,,\nbig_wheel-2.0.dist-info/RECORD,,\n",
        "dags/quick.py": "import airflow  # a DAG\n",
        "dags/slow.py": "import airflow, time  # a DAG\ntime.sleep(0.2)\n" + BURN.format(0.4),
    }
    return derive(
        "COPY --chown=50000:0 slow /tmp/slow\n"
        f"RUN head -c {HEAVY_BYTES} /dev/urandom >/tmp/slow/big_wheel/data.bin && cp -r /tmp/slow/* {site}/ && "
        "rm -rf /tmp/slow\n"
        "COPY --chown=50000:0 dags /srv/dags\nENV AIRFLOW__CORE__DAGS_FOLDER=/srv/dags",
        files,
    )


@pytest.fixture(scope="module")
def evidence(heavy: str, default_tag: str) -> Evidence:
    """What the image weighs and costs; its budgets are ten megabytes above the image below it, and half a second."""
    below = compressed_size(default_tag)
    assert below is not None
    expectations = Expectations(size_budget=below + 10_000_000, start_budget=0.5)
    console = Console(stream=io.StringIO(), environment={})
    with console.step("check") as step:
        return gather(Evidence(heavy, images.inspect(heavy), expectations, emulated=False), CHECKS, step)


def test_the_heavy_package_is_named(evidence: Evidence) -> None:
    verdict = size_budget.judge(evidence)

    assert verdict.status == "failed"
    assert "added by the requirements: big-wheel 30.0 MB" in verdict.detail
    assert "the largest packages: big-wheel 30.0 MB" in verdict.detail


def test_the_slow_package_and_the_slow_dag_file_are_named(evidence: Evidence) -> None:
    verdict = start_budget.judge(evidence)
    shares = {(share["kind"], share["name"]): share["cpu"] for share in verdict.data["shares"]}

    assert verdict.status == "failed"
    assert "until slow.py is imported, the costliest of 2 DAG files" in verdict.detail
    assert "slow-plugin 0." in verdict.detail
    assert "DAG file slow.py 0." in verdict.detail
    assert shares["distribution", "slow-plugin"] >= 0.6
    assert shares["DAG file", "slow.py"] >= 0.4
    assert sum(shares.values()) >= 1.0


def test_waiting_is_told_from_working(evidence: Evidence) -> None:
    data = start_budget.judge(evidence).data

    assert 0.2 <= data["waited_seconds"] < 0.4
    assert data["cpu_seconds"] > 1.0


def test_all_of_the_start_is_somebodys(evidence: Evidence) -> None:
    verdict = start_budget.judge(evidence)
    unnamed = [share for share in verdict.data["shares"] if share["kind"] == "file"]

    assert sum(share["cpu"] for share in unnamed) < 0.1
    assert len(verdict.data["runs"]) == budgets.RUNS


def test_within_its_budgets_the_same_image_passes(evidence: Evidence) -> None:
    enough = replace(evidence, expectations=Expectations(size_budget=10**10, start_budget=600.0))

    assert [check.judge(enough).status for check in (size_budget, start_budget)] == ["passed", "passed"]


def test_people_are_shown_the_packages(evidence: Evidence, heavy: str) -> None:
    verdict = size_budget.judge(evidence)
    shown = io.StringIO()
    result = CheckResult(
        "size_budget", "Size budget", verdict.status, verdict.detail, verdict.mend, 1.0, verdict.data
    )

    show(
        Report(heavy, "sha256:0", "linux/amd64", emulated=False, results=(result,), seconds=1.0),
        Console(stream=shown, environment={}),
    )

    assert "big-wheel 30.0 MB" in shown.getvalue()
    assert f"python build.py size {heavy}" in shown.getvalue()


def test_the_start_of_airflow_2_is_measured(project: Path) -> None:
    image = build_source_image(project, "source-2.11.2-python3.11")
    expectations = Expectations(start_budget=0.01)
    console = Console(stream=io.StringIO(), environment={})
    with console.step("check") as step:
        found = gather(
            Evidence(image.tag, image.details, expectations, emulated=False), frozenset({"start_cost"}), step
        )

    verdict = start_budget.judge(found)

    assert verdict.status == "failed"
    assert "apache-airflow 0." in verdict.detail
    assert verdict.data["dag_file"] is not None


def test_an_image_over_its_budget_ends_the_command_with_8(default_tag: str, tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text('size_budget = "1 MB"\n', encoding="utf-8")
    skip = "architecture,entrypoint,versions,dependencies,dag_imports,worker_command,signals,user,arbitrary_uid,credentials,start_up"

    done = subprocess.run(
        [sys.executable, "-m", "airflow_ecs_image", "check", default_tag, "--skip", skip, "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 8, done.stderr
    results = {each["name"]: each for each in json.loads(done.stdout)["checks"]}
    assert results["size_budget"]["status"] == "failed"
    assert results["size_budget"]["data"]["size_budget_bytes"] == 1_000_000
    assert (results["start_budget"]["status"], results["start_budget"]["detail"]) == (
        "skipped",
        "no start_budget is set",
    )


def test_the_size_verb_shows_and_draws(heavy: str, default_tag: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "airflow_ecs_image",
            "size",
            heavy,
            "--against",
            default_tag,
            "--output",
            "a.svg",
            "--json",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["unpacked_bytes"] == sum(each["unpacked_bytes"] for each in document["groups"])
    assert document["against"]["changes"][0]["name"] == "big-wheel"
    assert "big-wheel" in done.stderr
    assert "big-wheel 2.0" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_the_report_adds_up_to_the_image(default_tag: str) -> None:
    report = measure(default_tag)

    assert report.compressed == pytest.approx(compressed_size(default_tag), rel=0.001)
    # The engine counts what the layers hold; folders and links are nothing here.
    assert report.bytes == pytest.approx(images.inspect(default_tag).size_bytes, rel=0.001)
    others = [group for group in report.groups if group.kind == "other files"]
    assert sum(group.bytes for group in others) < 0.01 * report.bytes
