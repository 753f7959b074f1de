"""The page about start-up names every lever as it is."""

from __future__ import annotations

from airflow_ecs_image.resources import resource
from airflow_ecs_image.spec.levers import LEVERS


def test_the_table_of_levers() -> None:
    page = resource("docs/start-up.md").read_text(encoding="utf-8")
    rows = [
        f"| `{lever.name}` | {'on' if lever.default else 'off'} | {'source' if lever.source_only else 'any'} | {lever.what} |"
        for lever in LEVERS
    ]
    head = "| lever | default | base | what it does |\n|---|---|---|---|\n"
    assert head + "\n".join(rows) + "\n\n" in page
