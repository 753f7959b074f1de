"""Moments become spans without gap or overlap, whatever is missing or out of order."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_ecs_image.local.dag_run.moments import Moments
from airflow_ecs_image.local.dag_run.spans import spans_of

NAMES = [field.name for field in fields(Moments)]
WHOLE = Moments(**{name: 100.0 + number for number, name in enumerate(NAMES)})


def names(moments: Moments, major: int = 3, *, is_local: bool = False) -> list[str]:
    return [span.phase.name for span in spans_of(moments, major=major, is_local=is_local)]


def test_all_parts_of_airflow_3() -> None:
    assert names(WHOLE) == [
        *("queued", "provisioning", "container", "entrypoint", "fetch", "imports"),
        *("supervisor", "runner", "dag", "preparation", "code", "exit", "stopping"),
    ]


def test_airflow_2_imports_the_dag_before_it_forks() -> None:
    assert names(WHOLE, 2)[5:8] == ["imports", "dag", "supervisor"]


def test_without_a_fetch_the_entrypoint_lasts_until_airflow_takes_over() -> None:
    spans = spans_of(replace(WHOLE, fetched=None), major=3)
    entrypoint = next(span for span in spans if span.phase.name == "entrypoint")
    assert (entrypoint.start, entrypoint.end) == (WHOLE.started, WHOLE.airflow)
    assert "fetch" not in [span.phase.name for span in spans]


def test_a_boundary_that_nobody_wrote_merges_its_phase_with_the_one_before() -> None:
    spans = {span.phase.name: span for span in spans_of(replace(WHOLE, worker=None), major=3)}
    assert spans["imports"].end == WHOLE.runner
    assert [phase.name for phase in spans["imports"].covers] == ["supervisor"]


def test_what_holds_the_code_is_called_code() -> None:
    spans = spans_of(replace(WHOLE, code=None, code_end=None), major=3)
    code = next(span for span in spans if span.phase.name == "code")
    assert [phase.name for phase in code.covers] == ["preparation", "exit"]
    assert (code.start, code.end) == (WHOLE.parsed, WHOLE.finished)


def test_a_task_that_never_started_has_what_it_has() -> None:
    assert names(Moments(queued=1.0, run_task=2.0, stopped=5.0)) == ["queued", "provisioning"]
    assert names(Moments(run_task=2.0)) == []
    assert names(Moments(started=1.0, airflow=2.0, finished=5.0)) == ["entrypoint", "imports"]
    assert names(Moments()) == []


def test_a_local_task_has_no_container() -> None:
    moments = Moments(queued=1, runner=2, dag=2.5, parsed=2.75, code=3, code_end=4, finished=5)
    assert names(moments, is_local=True) == ["queued", "runner", "dag", "preparation", "code", "exit"]
    assert names(moments, 2, is_local=True) == ["queued", "supervisor", "code", "exit"]


@given(
    st.builds(Moments, **{name: st.none() | st.floats(1e9, 1e9 + 100) for name in NAMES}),
    st.sampled_from([2, 3]),
    st.booleans(),
)
def test_spans_follow_each_other(moments: Moments, major: int, is_local: bool) -> None:
    spans = spans_of(moments, major=major, is_local=is_local)
    assert all(span.seconds >= 0 for span in spans)
    assert all(before.end == after.start for before, after in pairwise(spans))
    covered = [phase.name for span in spans for phase in (span.phase, *span.covers)]
    assert len(covered) == len(set(covered))
    known = [getattr(moments, name) for name in NAMES if getattr(moments, name) is not None]
    assert all(span.start in known and span.end in known for span in spans)


@pytest.mark.parametrize("name", NAMES)
def test_a_clock_that_is_behind_makes_no_negative_span(name: str) -> None:
    spans = spans_of(replace(WHOLE, **{name: 0.0}), major=3)
    assert all(span.seconds >= 0 for span in spans)
