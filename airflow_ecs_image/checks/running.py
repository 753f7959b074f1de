"""Runs the checks against one image and shows the result."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator

from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.gathering import gather
from airflow_ecs_image.checks.model import CheckResult, Expectations, NotProven, Verdict
from airflow_ecs_image.checks.record import remember_check
from airflow_ecs_image.checks.registry import CHECKS
from airflow_ecs_image.checks.report import Report
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.client import Engine
from airflow_ecs_image.errors import SpecError

_SKIPPED_BY_ORDER = Verdict("skipped", "left out as asked")


def run_checks(
    image: str, *, expectations: Expectations, console: Console, skip: Collection[str] = ()
) -> Report:
    """Checks an image that this engine holds and shows a table of the results.

    `skip` holds names of checks. Raises SpecError for an unknown name, ImageNotFound and EngineUnavailable.
    An image that cannot even be started gives a report whose checks failed, not an error.
    """
    _known(skip)
    began = time.monotonic()
    with console.step(f"Check {image}") as step:
        details = images.inspect(image)
        emulated = details.architecture != Engine().architecture()
        if emulated:
            console.note(f"{details.platform} is emulated on this machine: this takes minutes")
        wanted = [check for check in CHECKS if check.name not in skip]
        needs = frozenset[str]().union(*(check.needs for check in wanted))
        evidence = gather(Evidence(image, details, expectations, emulated), needs, step)
    results = tuple(_results(wanted, evidence))
    report = Report(image, details.id, details.platform, emulated, results, time.monotonic() - began)
    show(report, console)
    remember_check(report, skip, console)
    return report


def show(report: Report, console: Console) -> None:
    """The results as a table, the DAG files as another, then what to do about each failure."""
    title = f"{report.image} ({report.platform}{', emulated' if report.emulated else ''})"
    console.table(
        title,
        ("check", "result", "found"),
        [(result.title, result.status, result.detail) for result in report.results],
    )
    files = [
        file
        for result in report.results
        if result.name == "dag_imports"
        for file in result.data.get("files", ())
    ]
    if files:
        console.table(
            "DAG files",
            ("file", "DAG ids", "ms", "import"),
            [
                (
                    file["path"],
                    ", ".join(file["dag_ids"]),
                    file["milliseconds"],
                    "failed" if file["error"] else "ok",
                )
                for file in files
            ],
        )
    for result in report.with_status("failed"):
        if result.mend:
            console.error(f"{result.title}: {result.detail.splitlines()[0]}", result.mend)
    for result in report.with_status("warned"):
        if result.mend:
            console.warning(f"{result.title}: {result.mend}")


def _known(names: Collection[str]) -> None:
    known = [check.name for check in CHECKS]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SpecError(f"skip: '{unknown[0]}' — no such check; allowed: {', '.join(known)}")


def _results(wanted: Collection[Check], evidence: Evidence) -> Iterator[CheckResult]:
    """A result for every check. A reason that leaves several checks without proof is told once."""
    told: dict[str, str] = {}
    for check in CHECKS:
        if check not in wanted:
            verdict = _SKIPPED_BY_ORDER
        else:
            try:
                verdict = check.judge(evidence)
            except NotProven as missing:
                first = told.setdefault(missing.reason, check.title)
                verdict = (
                    Verdict("failed", f"not proven: {missing.reason}", mend=missing.mend)
                    if first == check.title
                    else Verdict("failed", f"not proven, for the same reason as {first}")
                )
        yield CheckResult(
            check.name,
            check.title,
            verdict.status,
            verdict.detail,
            verdict.mend,
            verdict.seconds,
            verdict.data,
        )
