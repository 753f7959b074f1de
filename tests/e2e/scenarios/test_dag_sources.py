"""Where a worker has its DAGs from: the image, a prefix of S3, an archive in S3."""

from __future__ import annotations

import pytest

from .line import Line


@pytest.mark.parametrize("source", ["baked", "s3", "archive"])
def test_the_task_runs_with_the_dags_of_its_source(line: Line, source: str) -> None:
    """The same image under three task definitions, two of which set S3_URI: each task succeeds, and the file beside its DAG file is
    that of its source, so that no other copy of the DAGs was used.
    """
    run = line.ended("SCENARIO-SOURCES")
    assert line.states(run)[source] == "success"
    assert f"DAGs from {source}" in line.log(run, source)


def test_the_fetch_told_what_it_fetched(line: Line) -> None:
    """The output of the containers with an S3_URI, and of no other, has the line of the fetch, with the address it was given."""
    run = line.ended("SCENARIO-SOURCES")
    fetched = {
        task.identity.name: [line_ for line_ in task.output if "fetch-dags:" in line_]
        for task in line.started(run)
    }
    assert fetched["baked"] == []
    assert any("/scenarios/plain" in line_ for line_ in fetched["s3"])
    assert any("/scenarios/archive" in line_ for line_ in fetched["archive"])
