"""From pulls and rebuilds to the page and the chart, and what a manifest says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.contenders import CONTENDERS
from bench.image.chart import draw
from bench.image.manifest import blobs, layers
from bench.image.report import page
from bench.image.results import DAG, GZIP, NOTHING, ZSTD, Pull, Rebuild, Results, Weight, compared

FACTORS = {"reference": 4.0, "official": 2.0, "source": 1.0}


@pytest.fixture
def results() -> Results:
    """Three rounds, of which the second was slow."""
    weights = [Weight(name, "3.3.2", GZIP, int(FACTORS[name] * 65e6), 300_000_000, 6) for name in CONTENDERS]
    weights.append(Weight("source", "3.3.2", ZSTD, 52_000_000, 300_000_000, 6))
    pulls, rebuilds = [], []
    for number, slow in enumerate((1, 3, 1)):
        for each in weights:
            time = 1000 * FACTORS[each.contender] * slow * (0.5 if each.compression == ZSTD else 1)
            pulls.append(Pull(each.contender, "3.3.2", each.compression, number, time, time / 500))
        for name in CONTENDERS:
            rebuilds.append(Rebuild(name, "3.3.2", NOTHING, number, 100 * FACTORS[name], 0, 0))
            rebuilds.append(
                Rebuild(name, "3.3.2", DAG, number, 200 * FACTORS[name] * slow, 12_300, 2_000_000)
            )
    machine: dict[str, str | int] = {"date": "2026-01-02", "processor": "a processor", "cores": 2}
    return Results(machine, {"a:1": "sha256:1"}, 3, weights, pulls, rebuilds)


def test_they_are_read_as_they_were_saved(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "new" / "image.json"
    results.save(path)
    assert Results.load(path) == results


def test_a_contender_is_compared_with_the_reference_of_the_same_round(results: Results) -> None:
    mine = [run for run in results.pulls if (run.contender, run.compression) == ("source", GZIP)]
    reference = [run for run in results.pulls if run.contender == "reference"]
    found = compared(mine, reference)
    assert found.milliseconds is not None
    assert (found.milliseconds.median, found.milliseconds.most, found.ratio) == (1000, 3000, 4.0)
    assert compared([], reference).milliseconds is None


def test_the_page(results: Results) -> None:
    lines = page(results).splitlines()
    assert (
        "| **this project, source base**, gzip | 6 | 65 MB | 0.10 | 300 MB | 1.00 s (1.00–3.00 s) | 4.0× |  | 2.00 |"
        in lines
    )
    assert (
        "| **this project, source base**, zstd | 6 | 52 MB | 0.08 | 300 MB | 500 ms (500 ms–1.50 s) | 8.0× |  | 1.00 |"
        in lines
    )
    assert (
        "| one DAG changed | **this project, source base** | 200 ms (200–600 ms) | 4.0× | 2.0 MB | 12 kB |"
        in lines
    )
    assert any(
        line.startswith("| nothing changed | reference") and line.endswith("| 1.0× | 0 kB | 0 kB |")
        for line in lines
    )


def test_what_the_sample_names_is_beside_it_where_it_was_built(results: Results) -> None:
    results.weights.append(Weight("full", "3.3.2", GZIP, 520_000_000, 2_000_000_000, 16))
    results.pulls.extend(Pull("full", "3.3.2", GZIP, number, 20_000.0, 30.0) for number in range(3))
    text = page(results)
    assert "| the sample on the full image's contents, gzip | 16 | 520 MB | 1.00 | 2000 MB | 20.0 s" in text
    assert "| 6 | 65 MB | 0.12 | 300 MB | 1.00 s (1.00–3.00 s) | 4.0× | 20× | 2.00 |" in text


def test_the_chart(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "image.svg"
    assert draw(results, path)
    assert "<svg" in path.read_text(encoding="utf-8")
    assert not draw(Results({}, {}, 1), tmp_path / "none.svg")


def test_what_a_push_sends() -> None:
    manifest = {
        "config": {"digest": "sha256:c", "size": 3},
        "layers": [{"digest": "sha256:a", "size": 1}, {"digest": "sha256:b", "size": 2}],
    }
    assert layers(manifest) == {"sha256:a": 1, "sha256:b": 2}
    assert blobs(manifest) == {"sha256:a": 1, "sha256:b": 2, "sha256:c": 3}
