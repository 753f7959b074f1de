"""The page about start-up names every lever as it is."""

from __future__ import annotations

from pathlib import Path

from airflow_ecs_image.resources import resource
from airflow_ecs_image.spec.levers import LEVERS
from bench.levers.report import summary
from bench.levers.results import Results

RESULTS = Path(__file__).parents[3] / "bench/results/levers.json"


def test_the_table_of_levers() -> None:
    page = resource("docs/start-up.md").read_text(encoding="utf-8")
    rows = [
        f"| `{lever.name}` | {'on' if lever.default else 'off'} | {'source' if lever.source_only else 'any'} | {lever.what} |"
        for lever in LEVERS
    ]
    head = "| lever | default | base | what it does |\n|---|---|---|---|\n"
    assert head + "\n".join(rows) + "\n\n" in page


def test_the_figures_of_the_levers_are_those_of_the_bench() -> None:
    page = resource("docs/start-up.md").read_text(encoding="utf-8")

    assert RESULTS.is_file() == ("bench/results/levers.md" in page)
    if RESULTS.is_file():
        results = Results.load(RESULTS)
        assert results.levers == {lever.name: lever.default for lever in LEVERS}
        assert f"\n\n{summary(results)}\n\n" in page
