"""Where the time goes, and how far each part is from its floor, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.contenders import CONTENDERS, Contender, ContenderName
from bench.numbers import spoken_milliseconds, spoken_ratio
from bench.start_up.cases import DELAY_MS, Case
from bench.start_up.import_time import top
from bench.start_up.parts import PARTS
from bench.start_up.results import Results, Row, rows
from bench.start_up.split import Split

_PACKAGES = 15
_AT_THE_END = "state"
"""The request that tells the API server how the task ended."""
_ROUND_TRIPS = 2
"""To list the objects, then to get them all at once."""
_SHELLS = 2
"""The image's entrypoint and the base's."""

_FLOORS = """\
Each cell: the median of the part in the runs above; after the slash its floor in the same image, and how many times the
floor it takes. **Runtime start** has no floor of ours: the engine makes the container. **Entrypoint**: two empty shells.
**DAG fetch**: two round trips of {delay} ms, one to list and one for all files at once; writing the bytes adds nothing
that can be measured. **Interpreter and imports**: the bare interpreter, and every module that the process of the task had
imported, one after the other with warm bytecode. **DAG parse**: the DAG file once more, with Airflow imported already.
**Handshake and task**: the time that the API server itself takes to answer{requests}; none is known for Airflow 2. The
part also holds the imports that the worker's processes do after the first log line, which are in the floor of the
imports: the sum at the end is what tells."""


def where_the_time_goes(results: Results) -> list[str]:
    """The parts of the page about it: for each case parts and floors, for each Airflow the packages. Empty without splits."""
    found = {(each.airflow, each.contender): each for each in results.splits}
    if not found:
        return []
    asked = next((each.requests for each in results.splits if each.requests), {})
    said = f" ({', '.join(name for name in asked if name != _AT_THE_END)})" if asked else ""
    parts = ["## Where the time goes", _FLOORS.format(delay=DELAY_MS, requests=said)]
    for case in results.cases():
        splits = {row.contender: found.get((case.airflow, row.contender)) for row in rows(results, case)}
        parts += [f"### {case.title}", _parts(rows(results, case), case, splits)]
    for airflow in dict.fromkeys(each.airflow for each in results.splits):
        splits_ = [found[airflow, name] for name in CONTENDERS if (airflow, name) in found]
        parts += [f"### Imports by package, Airflow {airflow}", _packages(splits_)]
    return parts


def floors(split: Split, case: Case) -> dict[str, float]:
    """Milliseconds by the name of the part, of those that have a floor."""
    measured = split.floors.get(case.name, {})
    found: dict[str, float] = {"fetch": float(_ROUND_TRIPS * DELAY_MS)}
    if "shell" in measured:
        found["entrypoint"] = _SHELLS * measured["shell"]
    if "imports" in measured:
        found["imports"] = measured["imports"] + measured.get("interpreter", 0.0)
    if split.requests:
        found["handshake"] = sum(each for name, each in split.requests.items() if name != _AT_THE_END)
    if "parse" in measured:
        found["parse"] = measured["parse"]
    return found


def _parts(found: Sequence[Row], case: Case, splits: Mapping[ContenderName, Split | None]) -> str:
    lines = [f"| part | {' | '.join(row.title for row in found)} |", f"|---{'|--:' * len(found)}|"]
    for part in PARTS:
        cells = []
        for row in found:
            split = splits[row.contender]
            floor = None if split is None else floors(split, case).get(part.name)
            cells.append(_cell(row.parts.get(part.name), floor))
        lines.append(f"| {part.title} | {' | '.join(cells)} |")
    sums = (_sum(row, splits[row.contender], case) for row in found)
    lines.append(f"| **all but the runtime start** | {' | '.join(sums)} |")
    return "\n".join(lines)


def _sum(row: Row, split: Split | None, case: Case) -> str:
    """The parts that have a floor, of which one may hold what the floor of another counts."""
    if not row.parts:
        return "–"
    whole = sum(value for name, value in row.parts.items() if name != "runtime")
    return _cell(whole, None if split is None else sum(floors(split, case).values()))


def _cell(value: float | None, floor: float | None) -> str:
    if value is None:
        return "–"
    if not floor:
        return spoken_milliseconds(value)
    return f"{spoken_milliseconds(value)} / {spoken_milliseconds(floor)}, {spoken_ratio(value / floor)}"


def _packages(splits: Sequence[Split]) -> str:
    """The packages that cost the last of the contenders most: by it, since it is the shortest."""
    shown = top(splits[-1].packages, _PACKAGES)
    titles = [Contender(split.contender, split.airflow, "").title for split in splits]
    modules = ", ".join(f"{each.modules:,}" for each in splits)
    said = (
        "Milliseconds of the modules themselves, full CPU, with the profile of the imports switched on, which slows "
        f"them: one run each, the worker's two processes together. Modules imported: {modules}."
    )
    lines = [
        said,
        "",
        f"| package | {' | '.join(titles)} |",
        f"|---{'|--:' * len(splits)}|",
    ]
    for package in shown:
        cells = []
        for split in splits:
            value = split.packages.get(package, 0.0)
            if package not in split.packages and package not in splits[-1].packages:
                value = sum(split.packages.values()) - sum(split.packages.get(name, 0.0) for name in shown)
            cells.append(f"{value:.0f}")
        lines.append(f"| {package} | {' | '.join(cells)} |")
    lines.append(f"| **all** | {' | '.join(f'{sum(split.packages.values()):.0f}' for split in splits)} |")
    return "\n".join(lines)
