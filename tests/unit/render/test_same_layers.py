"""Every layer of an image is a copy of files that all have one time."""

from __future__ import annotations

import pytest

from .combinations import COMBINATIONS
from .dockerfile import Instruction, parse

STAMP = "/toolbox/stamp "
SEAL = "/toolbox/seal "


def stages(dockerfile: str) -> dict[str, tuple[str, list[Instruction]]]:
    """What each stage is made from, and its instructions; the last one, which has no name, is ``."""
    found: dict[str, tuple[str, list[Instruction]]] = {}
    name = ""
    for instruction in parse(dockerfile):
        if instruction.keyword == "FROM":
            source, *more = [word for word in instruction.words() if not word.startswith("--")]
            name = more[1] if more else ""
            found[name] = (source, [])
        elif name or found:
            found[name][1].append(instruction)
    return found


def in_the_image(found: dict[str, tuple[str, list[Instruction]]]) -> list[Instruction]:
    """The instructions of every stage that an image can be made of, whatever the build arguments."""
    source, instructions = found[""]
    kept, waiting, seen = list(instructions), [source], set[str]()
    while waiting:
        source = waiting.pop()
        stem, conditional, _ = source.partition("${")
        for name in (stem, f"{stem}-given") if conditional else (source,):
            if name in found and name not in seen:
                seen.add(name)
                kept += found[name][1]
                waiting.append(found[name][0])
    return kept


@pytest.mark.parametrize("name", COMBINATIONS)
def test_every_layer_is_a_copy_of_files_with_one_time(name: str) -> None:
    found = stages(COMBINATIONS[name].render())
    layers = [each for each in in_the_image(found) if each.keyword in {"COPY", "ADD", "RUN"}]

    copies = [each for each in layers if each.keyword == "COPY"]
    assert len(copies) >= 3
    for copy in copies:
        *_, source, target = copy.words()
        # Into an existing folder other than the root a copy brings files and gives the folder a new time.
        assert (source, target) in {("/layer/", "/"), ("/root-filesystem/", "/")}
        (stage,) = (word.partition("=")[2] for word in copy.words() if word.startswith("--from="))
        assert any(STAMP in text or SEAL in text for text in last_step(found[stage][1]))
    runs = [each for each in layers if each.keyword != "COPY"]
    assert all(
        "/toolbox/replaced" in each.arguments and "touch --no-create" in each.arguments for each in runs
    )
    assert COMBINATIONS[name].base == "official" or not runs


def last_step(instructions: list[Instruction]) -> list[str]:
    """The lines of a stage's last instruction that makes files."""
    last = [each for each in instructions if each.keyword in {"COPY", "RUN"}][-1]
    assert last.keyword == "RUN"
    return [
        *last.arguments.splitlines(),
        *(line for heredoc in last.heredocs for line in heredoc.body.splitlines()),
    ]
