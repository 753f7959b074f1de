"""The results as a page that a person reads."""

from __future__ import annotations

from collections.abc import Callable

from bench.numbers import MEBIBYTE, Spread, spoken_range, spoken_ratio
from bench.start_up.cases import Case
from bench.start_up.dag_folder import FILES
from bench.start_up.results import BASELINE, Results, Row, rows
from bench.start_up.split_report import where_the_time_goes

_METHOD = """\
## How it was taken

- **What is timed**: from the moment when the engine is asked to start the container, which is made already, to the first
  line of the task's code, which tells the time. The first process of each container is a script of built-ins that tells
  the time and becomes the image's own entrypoint; every bash says when it begins, by `BASH_ENV`. The rest of the moments
  are Airflow's own log lines. Nothing in the image is changed for it. All clocks are the machine's one.
- **Contenders**: all on Debian 12's Python 3.11. The *reference* does what the executor package's sample image does:
  the official-like base with the executor package and no bytecode in Airflow's environment, as the full official image
  has it; the AWS CLI in an environment of its own (v1 from PyPI, with its bytecode, since the vendor's zip is in no
  package registry); an entrypoint that runs `aws s3 sync` and calls the base's entrypoint, which waits for no database.
  The *official-like base* keeps the contract of the slim official image, from the same lock. This project's images are
  those of `build` with all settings at their defaults.
- **Worker command**: the one that the executor sends. Airflow 3: `python -m airflow.sdk.execution_time.execute_workload`
  against a running API server; Airflow 2: `airflow tasks run … --local` on PostgreSQL. Each run has a task instance of
  its own, queued before. A run counts when the database has its task as success; a failed run is shown, never replaced.
- **Order**: in each round every case is run by every contender, each round begun by the next one. × is the median over
  the rounds of the reference's time divided by the contender's of the same round. One warm-up of every image comes
  first, so that its files are in memory; it does not count.
- **DAGs**: {files} files, of which one runs, on `rclone serve s3` behind a relay that holds back each request by 20 ms.
  S3, API server and database share the machine's cores with the container.
- **CPU s**, **peak MiB**: the container's control group until the first line of task code; *resident* is the largest
  resident set of any process that still ran by then, *in all* what the kernel counts with the page cache. Medians.
- Fargate was not measured: its pull, its processors and its network are others."""


def page(results: Results) -> str:
    """The page in Markdown: a table for each case, where the time goes, then how it was taken."""
    head = (
        f"Medians of {results.rounds} interleaved runs, least to most in brackets; × is how many times faster than the "
        "reference in the same round. Made by `make bench`; every run is in [start-up.json](start-up.json)."
    )
    chart = "![Chart of the parts of a start](start-up.svg)"
    parts = ["# Start-up: from container start to the first line of task code", head, chart]
    for case in results.cases():
        parts += [f"## {case.title}", _table(results, case)]
    parts += where_the_time_goes(results)
    parts.append(_METHOD.format(files=FILES))
    facts = {
        **results.machine,
        **{name: f"`{identifier[:19]}`" for name, identifier in results.images.items()},
    }
    parts.append("## Machine and images")
    parts.append(
        "\n".join(["| what | value |", "|---|---|", *(f"| {name} | {facts[name]} |" for name in facts)])
    )
    return "\n\n".join(parts) + "\n"


def _table(results: Results, case: Case) -> str:
    found = rows(results, case)
    lines = [
        "| contender | to Airflow's start | × | to the first line | × | CPU s | resident MiB | in all MiB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in found:
        title = row.title if row.contender == BASELINE else f"**{row.title}**"
        cells = (
            *_time(row, row.airflow, row.airflow_ratio),
            *_time(row, row.milliseconds, row.ratio),
            _number(row.cpu_seconds, lambda value: f"{value:.2f}"),
            _number(row.peak_resident_bytes, lambda value: f"{value / MEBIBYTE:.0f}"),
            _number(row.peak_cgroup_bytes, lambda value: f"{value / MEBIBYTE:.0f}"),
        )
        lines.append(f"| {title} | {' | '.join(cells)} |")
    notes = [
        f"- {row.title}: {row.failed} of {results.rounds} runs failed ({row.error})"
        for row in found
        if row.failed
    ]
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _time(row: Row, found: Spread | None, ratio: float | None) -> tuple[str, str]:
    if found is None:
        return "failed", "–"
    said = "1×" if row.contender == BASELINE else "" if ratio is None else spoken_ratio(ratio)
    return spoken_range(found), said


def _number(value: float | None, said: Callable[[float], str]) -> str:
    return "–" if value is None else said(value)
