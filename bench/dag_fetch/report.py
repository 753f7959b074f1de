"""The results as a page that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from bench.dag_fetch.cases import CPUS, DELAYS, FILES, Case
from bench.dag_fetch.results import Results, Row, rows
from bench.dag_fetch.ways import BASELINE
from bench.numbers import MEBIBYTE, spoken_range, spoken_ratio
from bench.s3.tree import LARGEST_BYTES, SMALLEST_BYTES

_METHOD = """\
## How it was taken

- **What is timed**: from the container's first process to the exec of the base's `/entrypoint`, by the clock of the
  container. A script of built-ins stands before `dumb-init` and another in the place of `/entrypoint`; "no fetch at all"
  is what remains without a fetch.
- **Ways**: every way runs under `dumb-init` from a shell script that ends in `exec /entrypoint`. `aws s3 sync` is called
  as the executor package's sample image calls it, its line for each file on standard output included (leaving them out
  changes less than the spread). The AWS CLI v1 is the one that this project puts in the image, with bytecode; the AWS
  CLI v2 is Debian's package in a Debian image (the sample image takes the vendor's zip file, which no package registry
  has). boto3 is Airflow's own, one client for all threads; obstore is driven by asyncio from a Python without `site`;
  s5cmd is the binary itself, not its slower Python wrapper, with its default of 256 workers, which is faster than 32.
  This project's ways are the image's own entrypoint with `S3_URI`, all settings at their defaults.
- **Order**: in each case every way runs once a round, each round begun by the next way. A ratio is the median over the
  rounds of `{baseline}` divided by the way's time of the same round; more than 1 is faster. One warm-up
  of every way comes first and does not count. A failed run is shown, never replaced.
- **Correctness**: after each run the paths and contents of the DAG folder are hashed; a run whose folder does not hold
  exactly the files counts as failed.
- **CPU s**: the container's control group, from the first process to `/entrypoint`; median of the runs with 20 ms.
- **Peak MiB**: the largest resident set of any one process of the fetch (`ru_maxrss`), not the page cache; median.
- **S3**: `rclone serve s3` on the same machine, plain HTTP, keys in the environment. "20 ms" is a relay that holds back
  each request by 20 ms, in a process of its own; making a connection costs nothing extra. Server and relay share the
  machine's cores with the container, which at full CPU slows the fastest ways most.
- **Files**: Python text of {smallest:,} to {largest:,} bytes from a fixed seed, in folders of 25: {trees}."""


def page(results: Results) -> str:
    """The page in Markdown: a table for each number of files and share of a CPU, then how it was taken."""
    head = (
        f"Medians of {results.rounds} interleaved runs, least to most in brackets; × is how many times faster than "
        f"`{BASELINE.title}` in the same round. Made by `make bench ARGS=dag-fetch`; every run is in [dag-fetch.json](dag-fetch.json)."
    )
    chart = "![Chart of the medians with 20 ms a request](dag-fetch.svg)"
    parts = ["# DAG fetch: from container start to Airflow", head, chart]
    for files, cpus in product(FILES, CPUS):
        cases = [case for case in results.cases() if (case.files, case.cpus) == (files, cpus)]
        if cases:
            parts.append(f"## {files:,} files, {'full CPU' if cpus is None else f'{cpus:g} CPU'}")
            parts.append(_table(results, cases))
    trees = ", ".join(
        f"{int(files):,} files are {size['bytes'] / 1e6:.1f} MB, {size['archive_bytes'] / 1e6:.1f} MB as an archive"
        for files, size in results.trees.items()
    )
    parts.append(
        _METHOD.format(baseline=BASELINE.title, smallest=SMALLEST_BYTES, largest=LARGEST_BYTES, trees=trees)
    )
    facts = {**results.machine, **results.versions}
    parts.append("## Machine and versions")
    parts.append(
        "\n".join(["| what | value |", "|---|---|", *(f"| {name} | {facts[name]} |" for name in facts)])
    )
    return "\n\n".join(parts) + "\n"


def _table(results: Results, cases: Sequence[Case]) -> str:
    by_delay = {case.delay_ms: {row.way.name: row for row in rows(results, case)} for case in cases}
    delays = [delay for delay in DELAYS if delay in by_delay]
    heads = [f"{f'{delay} ms a request' if delay else 'direct'} | ×" for delay in delays]
    lines = [f"| way | {' | '.join(heads)} | CPU s | peak MiB |", f"|---{'|--:|--:' * len(delays)}|--:|--:|"]
    slowest = by_delay[delays[-1]]
    for name, row in slowest.items():
        cells = [cell for delay in delays for cell in _cells(by_delay[delay].get(name))]
        cpu = "–" if row.cpu_seconds is None else f"{row.cpu_seconds:.2f}"
        peak = "–" if row.peak_bytes is None or row.way.kind == "none" else f"{row.peak_bytes / MEBIBYTE:.0f}"
        title = f"**{row.way.title}**" if row.way.kind == "ours" else row.way.title
        lines.append(f"| {title} | {' | '.join(cells)} | {cpu} | {peak} |")
    notes = [
        f"- {row.way.title}, {case.name}: {row.failed} of {results.rounds} runs failed ({row.error})"
        for case in cases
        for row in rows(results, case)
        if row.failed
    ]
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _cells(row: Row | None) -> tuple[str, str]:
    """Time and ratio."""
    if row is None:
        return "", ""
    if row.milliseconds is None:
        return "failed", "–"
    if row.way is BASELINE:
        ratio = "1×"
    else:
        ratio = "" if row.ratio is None or row.way.kind == "none" else spoken_ratio(row.ratio)
    return spoken_range(row.milliseconds), ratio
