"""`python -m bench`: which measurements it takes and where their results go."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.__main__ import main
from bench.measurements import ALL, USUAL

RESULTS = Path(__file__).parents[3] / "bench/results"


def test_every_measurement_is_named_in_the_help() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output

    for measurement in ALL:
        assert f"{measurement.name} " in shown
        assert measurement.title in shown


def test_the_dag_fetch_is_measured_only_when_it_is_named() -> None:
    assert {each.name for each in ALL} - {each.name for each in USUAL} == {"dag-fetch"}


def test_a_page_can_be_made_again_from_the_results(tmp_path: Path) -> None:
    (tmp_path / "dag-fetch.json").write_bytes((RESULTS / "dag-fetch.json").read_bytes())

    ended = CliRunner().invoke(main, ["dag-fetch", "--again", "--output", str(tmp_path)])

    assert ended.exit_code == 0, ended.output
    assert (tmp_path / "dag-fetch.md").read_bytes() == (RESULTS / "dag-fetch.md").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["start-up", "--again"], "start-up.json: no such file"),
        (["start-up", "--cases", "2000-*"], "--cases and --ways: of dag-fetch only"),
        (["--cases", "no-such-case"], "cases: no name matches no-such-case"),
        (["--ways", "no-such-way"], "ways: no-such-way is none"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    ended = CliRunner().invoke(main, [*arguments, "--output", str(tmp_path)])

    assert ended.exit_code == 2
    assert said in ended.output
    assert "Traceback" not in ended.output
