"""Blank lines: one at most between instructions, and those of embedded files as they are."""

from __future__ import annotations

from airflow_ecs_image.render import render
from airflow_ecs_image.render.blank_lines import without_blank_noise
from airflow_ecs_image.resources import resource_directory

from .inputs import inputs, instructions


def test_blank_lines_are_joined_and_spaces_at_line_ends_dropped() -> None:
    assert without_blank_noise("\n\nFROM a  \n\n \n\t\nUSER 1\n\n\n") == "FROM a\n\nUSER 1\n"


def test_a_heredoc_keeps_its_blank_lines_and_spaces() -> None:
    for opening in (
        "COPY <<A /a",
        "COPY --chmod=755 <<'A' /a",
        'COPY <<"A" /a',
        "RUN <<-A",
        "RUN --mount=x \\\n    --mount=y <<'A'",
    ):
        text = f"{opening}\n\n\nx  \n\nA\nUSER 1\n"
        assert without_blank_noise(text) == text


def test_two_heredocs_of_one_instruction_keep_theirs() -> None:
    text = "COPY <<A <<B /a/\n\n\nA\n\n\nB\n"
    assert without_blank_noise(f"{text}\n\n\nUSER 1\n") == f"{text}\nUSER 1\n"


def test_a_value_opens_no_heredoc() -> None:
    assert without_blank_noise('ENV A="b <<C d"\n\n\nUSER 1') == 'ENV A="b <<C d"\n\nUSER 1\n'
    assert without_blank_noise("# see <<A \n\n\nUSER 1") == "# see <<A\n\nUSER 1\n"


def test_a_line_separator_within_an_embedded_file_survives() -> None:
    script = "a\x0cb\x85c\u2028d\n\n\n\te"
    plain = inputs()
    given = inputs(scripts={**plain.scripts, "fetch_dags": script})
    assert script in render(given, template_directory=resource_directory())
    (heredoc,) = next(each for each in instructions(given) if "<<'FETCH'" in each.arguments).heredocs
    assert heredoc.body == script
