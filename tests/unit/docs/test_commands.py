"""Every command, option and target that a page names exists."""

from __future__ import annotations

import re

import click
import pytest

from airflow_ecs_image.cli.help_page import before_and_rest
from airflow_ecs_image.cli.verbs import VERBS, Verbs, command_line, with_verb

from .pages import PAGES, ROOT, Page

TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands(verb: str) -> dict[str, click.Command]:
    """The commands of a verb by what follows the verb: itself by an empty word, its sub-verbs by their names."""
    assert isinstance(command_line, Verbs)
    command = command_line.get_command(click.Context(command_line), verb)
    assert command is not None, f"there is no verb {verb}"
    return {"": command, **(command.commands if isinstance(command, click.Group) else {})}


def options(command: click.Command) -> set[str]:
    """Every spelling of every option of a command."""
    names = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    return {name for name in names if name.startswith("-")} | {"-h", "--help", "--version"}


@pytest.mark.parametrize("path", PAGES)
def test_the_commands_of_a_page_are_those_of_the_command_line(path: str) -> None:
    for arguments in Page(path).commands():
        verb, *rest = with_verb(arguments)
        before, rest = before_and_rest(rest)
        known = commands(verb)
        if len(known) > 1 and rest:
            assert rest[0] in known, f"{path}: there is no sub-verb {verb} {rest[0]}"
            known = {"": known[rest[0]]}
        given = {word.partition("=")[0] for word in [*before, *rest] if word.startswith("-") and word != "-"}
        assert given <= options(known[""]), f"{path}: {verb} {' '.join(rest)}"


@pytest.mark.parametrize("path", PAGES)
def test_an_option_that_a_page_names_alone_exists(path: str) -> None:
    known = {name for verb in VERBS for command in commands(verb).values() for name in options(command)}
    named = {span.split()[0].partition("=")[0] for span in Page(path).spans() if span.startswith("--")}
    assert named <= known


@pytest.mark.parametrize("path", PAGES)
def test_the_targets_of_make_exist(path: str) -> None:
    named = {target for line in Page(path).code() for target in re.findall(r"\bmake ([a-z-]+)", line)}
    assert named <= TARGETS


def test_the_readme_shows_both_commands_of_a_fresh_machine() -> None:
    assert [block for block in Page("README.md").blocks() if block.startswith("make ")][:2] == [
        "make image",
        "make test",
    ]


def test_every_verb_is_shown() -> None:
    shown = {with_verb(arguments)[0] for arguments in Page("README.md").commands()}
    assert shown == set(VERBS)
