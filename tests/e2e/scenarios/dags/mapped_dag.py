"""Mapped tasks of Airflow: one container for each number that another container found, and one that adds them up."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

from collections.abc import Iterable

from scenario_dag import scenario, task

with scenario("MAPPED") as dag:

    @task
    def numbers() -> list[int]:
        return [2, 3]

    @task
    def square(number: int) -> int:
        return number**2

    @task
    def total(squares: Iterable[int]) -> None:
        print(f"the sum of squares is {sum(squares)}")

    total(square.expand(number=numbers()))
