"""Reading BuildKit's report: the files below data/ were recorded from buildx 0.13.1 and engine 26.1.5."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import pytest

from airflow_ecs_image.console import Console
from airflow_ecs_image.engine.progress import BuildProgress
from airflow_ecs_image.engine.redaction import redactor
from airflow_ecs_image.engine.step_list import StepList
from airflow_ecs_image.engine.step_names import step_name

DATA = Path(__file__).parent / "data"


def replayed(name: str, **options: object) -> BuildProgress:
    progress = BuildProgress(**options)  # type: ignore[arg-type]
    for line in (DATA / name).read_text(encoding="utf-8").splitlines(keepends=True):
        progress.feed(line)
    return progress


def shown(name: str) -> list[str]:
    """The lines that a CI log gets of a recorded build."""
    stream = io.StringIO()
    progress = BuildProgress()
    steps = StepList(Console(stream=stream, environment={}))
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        for vertex in progress.feed(line):
            steps.show(vertex)
    steps.close()
    return stream.getvalue().splitlines()


@pytest.mark.parametrize(
    ("vertex", "line"),
    [
        ("[2/5] COPY a /b", "[2/5] COPY a /b"),
        ("[stage-1 2/5] COPY a /b", "[2/5] COPY a /b"),
        ("[builder 3/9] RUN make", "[builder 3/9] RUN make"),
        ("[linux/arm64 builder 3/9] RUN make", "[linux/arm64 builder 3/9] RUN make"),
        ("[linux/arm64 3/9] RUN make", "[linux/arm64 3/9] RUN make"),
        (
            "[base 1/8] FROM docker.io/library/debian:trixie-slim@sha256:0",
            "[base 1/8] FROM debian:trixie-slim@sha256:0",
        ),
        ("[2/3] COPY --chown=0:0 --chmod=0664 --link dags /opt", "[2/3] COPY dags /opt"),
        (
            "[2/3] RUN --mount=type=cache,target=/c --mount=type=secret,id=a pip install x",
            "[2/3] RUN pip install x",
        ),
        (
            "[2/3] RUN set -eux;     apt-get update;     apt-get clean",
            "[2/3] RUN apt-get update; apt-get clean",
        ),
        ("[2/3] RUN set -euo pipefail && make", "[2/3] RUN make"),
        (
            "[2/3] RUN <<EOF (# Install Airflow 3.3.2 from the lock...)",
            "[2/3] Install Airflow 3.3.2 from the lock",
        ),
        ('[2/3] RUN --mount=type=bind,target=/c <<"EOF" (set -e...)', "[2/3] RUN set -e"),
        ("[2/3] RUN <<EOF bash (pip check...)", "[2/3] RUN bash pip check"),
        ("[2/3] RUN <<EOF bash -e\nset -x\npip check\nEOF", "[2/3] RUN <<EOF bash -e"),
        ("[2/3] COPY <<EOF /etc/motd", "[2/3] COPY <<EOF /etc/motd"),
        ('[2/3] RUN ["/bin/echo", "[1/2]"]', '[2/3] RUN ["/bin/echo", "[1/2]"]'),
    ],
)
def test_a_step_has_a_name_that_fits_a_line(vertex: str, line: str) -> None:
    name = step_name(vertex)

    assert name.is_step
    assert name.line() == line


def test_a_long_name_is_cut_to_the_width() -> None:
    line = step_name("[builder 3/9] RUN pip install " + "package " * 50).line(60)

    assert len(line) <= 60
    assert line.startswith("[builder 3/9] RUN pip install package")
    assert line.endswith("…")


@pytest.mark.parametrize(
    "vertex", ["[internal] load .dockerignore", "[internal] load build definition from Dockerfile"]
)
def test_work_that_says_nothing_is_hidden(vertex: str) -> None:
    assert step_name(vertex).hidden


@pytest.mark.parametrize(
    ("vertex", "title"),
    [
        ("exporting to image", "store the image"),
        ("[internal] load build context", "send the build context"),
        (
            "[internal] load metadata for docker.io/apache/airflow:3.3.2",
            "look up docker.io/apache/airflow:3.3.2",
        ),
    ],
)
def test_work_that_can_take_long_has_a_plain_name(vertex: str, title: str) -> None:
    name = step_name(vertex)

    assert not name.hidden
    assert not name.is_step
    assert name.line() == title


@pytest.mark.parametrize("recording", ["build-failing-heredoc.json", "build-failing-heredoc.txt"])
def test_json_and_plain_reports_tell_the_same(recording: str) -> None:
    progress = replayed(recording)

    assert len(progress.steps) == 5
    assert progress.steps_cached == 0
    failed = progress.failed
    assert failed is not None
    assert failed.name.line() == "[5/5] RUN <<EOF bash -e"
    assert failed.log == ["x", "ls: cannot access '/nonexistent': No such file or directory"]
    assert progress.error.endswith("did not complete successfully: exit code: 2")


def test_a_cached_build_counts_every_step_but_from() -> None:
    progress = replayed("build-from-cache.jsonl")

    assert (len(progress.steps), progress.steps_cached) == (7, 7)
    assert progress.failed is None
    assert progress.error == ""


def test_the_step_list_gathers_cached_steps_in_one_line() -> None:
    assert shown("build-from-cache.jsonl") == ["= 7 steps cached"]


def test_the_step_list_has_one_line_for_each_step_that_ran_and_marks_the_one_that_failed() -> None:
    lines = shown("build-failing-heredoc.json")

    assert [line.rsplit(" ", 2)[0] for line in lines] == [
        "✓ [2/5] COPY f.txt /f.txt",
        "✓ [one 2/2] RUN echo one && for i in 1 2 3; do echo line $i; sleep 0.3; done",
        "✓ [3/5] COPY /etc/hostname /x",
        "✓ [4/5] RUN set -e",
        "✗ [5/5] RUN <<EOF bash -e",
    ]
    assert all(line.endswith(" s") for line in lines)


def test_an_argument_that_buildkit_writes_into_a_name_is_masked() -> None:
    assert "canary1" in replayed("build-from-cache.jsonl").vertices.__repr__()

    masked = replayed("build-from-cache.jsonl", redact=redactor(["canary1"]))

    assert "canary1" not in masked.vertices.__repr__()
    assert any("echo ***" in vertex.name.instruction for vertex in masked.steps)


def status(**content: object) -> str:
    return json.dumps(content)


def log(text: bytes, stream: int = 1) -> str:
    return status(logs=[{"vertex": "v", "stream": stream, "data": base64.b64encode(text).decode()}])


@pytest.fixture
def running() -> BuildProgress:
    progress = BuildProgress()
    progress.feed(
        status(vertexes=[{"digest": "v", "name": "[2/2] RUN x", "started": "2026-01-01T00:00:00.5Z"}])
    )
    return progress


def end(progress: BuildProgress, **more: object) -> None:
    progress.feed(
        status(
            vertexes=[
                {
                    "digest": "v",
                    "name": "[2/2] RUN x",
                    "started": "2026-01-01T00:00:00.5Z",
                    "completed": "2026-01-01T00:01:02.750000001Z",
                    **more,
                }
            ]
        )
    )


def test_pieces_of_lines_and_of_characters_are_put_together(running: BuildProgress) -> None:
    word = "été".encode()
    for piece in (b"one", b" line\nsec", b"ond ", word[:1], word[1:], b"\n", b"without end"):
        running.feed(log(piece))
    end(running)

    assert running.vertices["v"].log == ["one line", "second été", "without end"]
    assert running.vertices["v"].seconds == pytest.approx(62.25)


def test_two_streams_do_not_mix_within_a_line(running: BuildProgress) -> None:
    for piece, stream in ((b"out ", 1), (b"err ", 2), (b"one\n", 1), (b"two\n", 2)):
        running.feed(log(piece, stream))

    assert running.vertices["v"].log == ["out one", "err two"]


def test_a_redrawn_line_keeps_its_last_state_without_escape_sequences(running: BuildProgress) -> None:
    running.feed(log(b" 10% [=>   ]\r 50% [===> ]\r\x1b[32mdone\x1b[0m\r\n"))

    assert running.vertices["v"].log == ["done"]


def test_a_step_that_was_cancelled_is_not_the_one_that_failed(running: BuildProgress) -> None:
    end(running, error="context canceled")

    assert running.vertices["v"].cancelled
    assert running.failed is None


def test_bytes_of_a_pull_are_added_up(running: BuildProgress) -> None:
    running.feed(status(statuses=[{"vertex": "v", "id": "a", "current": 5, "total": 10}]))
    running.feed(status(statuses=[{"vertex": "v", "id": "b", "current": 7}]))
    running.feed(status(statuses=[{"vertex": "v", "id": "c", "current": 20, "total": 20}]))

    assert running.vertices["v"].transferred == (25, 30)


@pytest.mark.parametrize("line", ["{not json}", '{"vertexes": null}', "[]", "", "\x1b[31mERROR: x"])
def test_lines_that_are_no_report_do_no_harm(running: BuildProgress, line: str) -> None:
    assert running.feed(line) == []


def test_words_before_the_report_do_not_hide_it() -> None:
    progress = BuildProgress()

    progress.feed('ERROR: no builder "x" found\n')

    assert progress.error == 'no builder "x" found'
