"""The pages of this repository, taken apart: code, commands, tables, headings, links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGES = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
PROGRAMS = ("python build.py", "airflow-ecs-image")

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One page by its path in the repository."""

    path: str

    @property
    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    def blocks(self) -> Iterator[str]:
        """The text of each code block, fenced or indented."""
        for match in _FENCE.finditer(self.text):
            yield "\n".join(match.group().splitlines()[1:-1])
        for match in _INDENTED.finditer(_FENCE.sub("", self.text)):
            yield "\n".join(line[4:] for line in match.group().splitlines())

    def spans(self) -> list[str]:
        """The text of each code span."""
        return _SPAN.findall(_FENCE.sub("", self.text))

    def code(self) -> list[str]:
        """Every line of code: those of the blocks, and the spans."""
        return [line for block in self.blocks() for line in block.splitlines()] + self.spans()

    def commands(self) -> list[list[str]]:
        """The arguments of each command line of this project, without what a shell would do with its output."""
        found = []
        for line in self.code():
            for program in PROGRAMS:
                _, named, rest = line.partition(program)
                if named and (not rest or rest.startswith(" ")) and not line.startswith("#"):
                    found.append(shlex.split(rest.partition(">")[0]))
        return found

    def table(self, *header: str) -> list[tuple[str, ...]]:
        """The rows of the first table with that header, cell by cell."""
        lines = iter(_FENCE.sub("", self.text).splitlines())
        if not any(_cells(line) == header for line in lines):
            raise AssertionError(f"{self.path} has no table {header}")
        next(lines)
        rows = []
        for line in lines:
            if not line.startswith("|"):
                break
            rows.append(_cells(line))
        return rows

    def links(self) -> list[str]:
        return _LINK.findall(_FENCE.sub("", self.text))

    def anchors(self) -> set[str]:
        """The anchors of the headings, by GitHub's rule: lower case, no punctuation, a hyphen for each space."""
        headings = _HEADING.findall(_FENCE.sub("", self.text))
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|")) if line.startswith("|") else ()
