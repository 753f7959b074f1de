"""The results as a page that a person reads."""

from __future__ import annotations

from bench.contenders import CONTENDERS, Contender
from bench.image.older_toolkit import OLDER
from bench.image.results import BASELINE, CASES, FULL, SAMPLES, Rebuild, Results, compared
from bench.numbers import spoken_range, spoken_ratio, spread

FULL_IMAGE_BYTES = 650_000_000
"""About what the full official image has compressed: a near copy of 3.3.2 with all extras had 658 MB by gzip."""

_METHOD = """\
## How it was taken

- **Contenders**: those of [start-up](start-up.md), all on Debian 12's Python 3.11; their DAGs come from S3, so the images hold
  none. The reference stands on the slim base. The sample names the full official image, which was out of reach: its contents
  are built here (its extras but `ldap` and `mysql`, and its Debian packages), with the sample on top, for one Airflow; *of
  the full one's* and *× full* go by that image. All hold the AWS CLI.
- **Pull**: `ctr images pull`, which also unpacks, into a containerd of its own whose store is empty before each pull (overlayfs),
  from Debian's `docker-registry` on the same machine. CPU seconds are those of containerd, of `ctr` and of the processes that
  decompress. Registry and store are in memory, because the same pull onto this machine's disk took 5 to 18 seconds: the
  network and the disk of a real pull come on top.
- **zstd**: as `push --compression zstd` sends it, by the highest level.
- **Rebuild**: a project of 200 DAG files. This project by `python build.py --no-check`, with the start of Python; the
  reference by `docker build` alone. With `split-dag-layer` it is a project of its own, which has no counterpart. Every
  change is one that no cache has seen. A requirement is a package of a few kilobytes from the package index; the downloads
  of all earlier ones are in the build's cache on both sides.
- **Patch version**: from MOVES. The older release's packages are those of the newer one's lock, Airflow's own apart. The
  official-like base of the newer release is in the engine's store before the clock starts, as after a `docker pull`; so are
  this project's downloads, from earlier rounds, while the reference keeps none, as the sample. Pushed is what the image of
  the older release does not share, with the base.
- **Exported**: the bytes of the new layers in the engine's store, unpacked. **Pushed**: the bytes of the blobs that the registry
  did not have of the image before.
- **Order**: each round is begun by the next contender. × is the median over the rounds of the reference's time divided by the
  contender's of the same round."""


def page(results: Results) -> str:
    """The page in Markdown."""
    head = (
        f"Medians of {results.rounds} interleaved runs, least to most in brackets; × is how many times faster than the "
        "reference in the same round. Made by `make bench`; every run is in [image.json](image.json)."
    )
    parts = ["# Image: bytes, cold pull, rebuild", head, "![Chart of bytes and pulls](image.svg)"]
    for airflow in results.airflows():
        parts += [f"## Airflow {airflow}: bytes and pull", _pulls(results, airflow)]
        if any(run.airflow == airflow for run in results.rebuilds):
            parts += [f"## Airflow {airflow}: rebuild", _rebuilds(results, airflow)]
    moves = " and ".join(f"{OLDER[each]} to {each}" for each in results.airflows() if each in OLDER)
    parts += [_METHOD.replace("MOVES", moves or "none"), "## Machine and images"]
    facts = {**results.machine, **{name: f"`{value[:19]}`" for name, value in results.images.items()}}
    rows = [f"| {name} | {value} |" for name, value in facts.items()]
    parts.append("\n".join(["| what | value |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _pulls(results: Results, airflow: str) -> str:
    lines = [
        "| image | layers | compressed | of the full one's | unpacked | pull and unpack | × | × full | CPU s |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    reference = [run for run in results.pulls if (run.airflow, run.contender) == (airflow, BASELINE)]
    full = [run for run in results.pulls if run.contender == FULL]
    full_bytes = next(
        (each.compressed_bytes for each in results.weights if each.contender == FULL), FULL_IMAGE_BYTES
    )
    for weight in (each for each in results.weights if each.airflow == airflow):
        key = (airflow, weight.contender, weight.compression)
        runs = [run for run in results.pulls if (run.airflow, run.contender, run.compression) == key]
        found, cpu = compared(runs, reference), spread([run.cpu_seconds for run in runs])
        beside_full = compared(runs, full).ratio
        cells = (
            f"{_title(weight.contender)}, {weight.compression}",
            weight.layers,
            _megabytes(weight.compressed_bytes),
            f"{weight.compressed_bytes / full_bytes:.2f}",
            _megabytes(weight.unpacked_bytes),
            spoken_range(found.milliseconds) if found.milliseconds else "",
            spoken_ratio(found.ratio) if found.ratio else "",
            spoken_ratio(beside_full) if beside_full else "",
            f"{cpu.median:.2f}" if cpu else "",
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _rebuilds(results: Results, airflow: str) -> str:
    lines = ["| what | image | time | × | exported | pushed |", "|---|---|--:|--:|--:|--:|"]
    for case in CASES:
        runs = {name: _of(results, airflow, case, name) for name in CONTENDERS}
        for name, mine in runs.items():
            found = compared(mine, runs[BASELINE])
            sizes = [spread([size(run) for run in mine]) for size in (_exported, _pushed)]
            if found.milliseconds:
                ratio = spoken_ratio(found.ratio) if found.ratio else ""
                cells = [case, _title(name), spoken_range(found.milliseconds), ratio]
                cells += [_kilobytes(each.median) if each else "" for each in sizes]
                lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _exported(run: Rebuild) -> int:
    return run.exported_bytes


def _pushed(run: Rebuild) -> int:
    return run.pushed_bytes


def _of(results: Results, airflow: str, case: str, name: str) -> list[Rebuild]:
    return [
        run for run in results.rebuilds if (run.airflow, run.case, run.contender) == (airflow, case, name)
    ]


def _title(name: str) -> str:
    title = Contender(name, "", "").title  # type: ignore[arg-type]
    return title if name in SAMPLES else f"**{title}**"


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.0f} MB"


def _kilobytes(size: float) -> str:
    return f"{size / 1e3:.0f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"
