"""Does the image weigh no more than it may, and if it does, which packages?"""

from __future__ import annotations

from airflow_ecs_image.checks.budgets import named
from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict
from airflow_ecs_image.size_report import Group
from airflow_ecs_image.size_report.roles import REQUIREMENTS
from airflow_ecs_image.size_report.words import megabytes

_MOST_NAMED = 5


def judge(evidence: Evidence) -> Verdict:
    """Compares the compressed bytes with the budget."""
    budget = evidence.expectations.size_budget
    if budget is None:
        return Verdict("skipped", "no size_budget is set")
    measured = evidence.measured_size()
    size = measured.compressed_bytes
    data: dict[str, object] = {"compressed_bytes": size, "size_budget_bytes": budget}
    if size <= budget:
        detail = f"{_megabytes(size)} compressed, within the budget of {_megabytes(budget)}"
        return Verdict("passed", detail, seconds=measured.seconds, data=data)
    lines = [
        f"{_megabytes(size)} compressed, {_megabytes(size - budget)} past the budget of {_megabytes(budget)}"
    ]
    if measured.report is not None:
        packages = measured.report.distributions()
        added = [group for group in packages if group.role == REQUIREMENTS]
        if added:
            lines.append(f"added by the requirements: {_named(added)}")
        lines.append(f"the largest packages: {_named(packages)}")
        data |= {"requirements": _data(added), "largest": _data(packages)}
    return Verdict(
        "failed",
        "\n".join(lines),
        mend=f"leave out what the DAGs can do without, or raise size_budget; "
        f"`python build.py size {evidence.image}` shows all of it",
        seconds=measured.seconds,
        data=data,
    )


def _named(groups: list[Group] | tuple[Group, ...]) -> str:
    shown = named((group.title, _megabytes(group.compressed)) for group in groups[:_MOST_NAMED])
    rest = groups[_MOST_NAMED:]
    return (
        shown
        if not rest
        else f"{shown}, {len(rest)} more {_megabytes(sum(each.compressed for each in rest))}"
    )


def _data(groups: list[Group] | tuple[Group, ...]) -> list[dict[str, object]]:
    return [
        {"name": group.title, "version": group.version, "compressed_bytes_estimate": group.compressed}
        for group in groups[: 2 * _MOST_NAMED]
    ]


def _megabytes(size: int) -> str:
    return f"{megabytes(size):.1f} MB"


CHECK = Check("size_budget", "Size budget", frozenset({"size"}), judge)
