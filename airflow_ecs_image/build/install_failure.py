"""Other reasons why requirements cannot be installed, said by the line of the file that caused them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from airflow_ecs_image.build.requirement_lines import RequirementLine, normal_name
from airflow_ecs_image.errors import BuildFailed

_Line = RequirementLine
_Lines = Sequence[RequirementLine]
_Choose = Callable[[re.Match[str], _Lines, bytes], _Line | None]


def _by_position(found: re.Match[str], lines: _Lines, content: bytes) -> _Line | None:
    """uv counts the bytes from the beginning of the file."""
    number = content[: int(found["place"])].count(b"\n") + 1
    return next((line for line in lines if line.number == number), None)


def _by_number(found: re.Match[str], lines: _Lines, _content: bytes) -> _Line | None:
    return next((line for line in lines if line.number == int(found["place"])), None)


def _by_name(found: re.Match[str], lines: _Lines, _content: bytes) -> _Line | None:
    name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", found["place"])
    return next((line for line in lines if name and line.name == normal_name(name[0])), None)


def _by_text(*parts: str) -> _Choose:
    return lambda _found, lines, _content: next(
        (line for line in lines if any(part in line.text for part in parts)), None
    )


def _local(_found: re.Match[str], lines: _Lines, _content: bytes) -> _Line | None:
    return next((line for line in lines if line.is_local), None)


@dataclass(frozen=True)
class _Cause:
    pattern: re.Pattern[str]
    line: _Choose
    reason: str
    mend: str


def _cause(pattern: str, line: _Choose, reason: str, mend: str) -> _Cause:
    return _Cause(re.compile(pattern, re.MULTILINE), line, reason, mend)


_FORM = "write it as name, name==version or name @ https://…"
_CAUSES = (
    _cause(
        r"^error: Couldn't parse requirement in `[^`]*` at position (?P<place>\d+)\n +cause: (?P<why>[^\n]*)",
        _by_position,
        "it is not a requirement: {why}",
        _FORM,
    ),
    _cause(
        r"^error: [^\n]*/requirements\.txt:(?P<place>\d+):\d+$", _by_number, "it is not a requirement", _FORM
    ),
    _cause(
        r"^error: Error parsing included file in `[^`]*` at position (?P<place>\d+)",
        _by_position,
        "it names another file, which the build does not have",
        "put the lines of that file here",
    ),
    _cause(
        r"^error: Distribution not found at: |does not appear to be a Python project",
        _local,
        "it names a path of this machine, which the build does not have",
        "serve the package from an index (--pip-conf), or put its modules into the DAG folder",
    ),
    _cause(
        r"Git executable not found",
        _by_text("git+"),
        "it needs git, which the build does not have",
        "name an archive: name @ https://github.com/OWNER/NAME/archive/COMMIT.tar.gz",
    ),
    _cause(
        r"^error: Failed to build `(?P<place>[^`]+)`",
        _by_name,
        "{place} has no wheel for this Python and platform, and could not be built from source",
        "take a version that has wheels, or build the wheel elsewhere and serve it from an index (--pip-conf)",
    ),
    _cause(
        r"Hash mismatch for `(?P<place>[^`]+)`",
        _by_name,
        "the file that the index serves has another hash",
        "find out which of the two is right before you change the line",
    ),
    _cause(
        r"^error: In `--require-hashes` mode",
        _by_text("--require-hashes"),
        "it asks for the hash of every package, but Airflow is in the image already",
        "leave --require-hashes out; the hashes of single lines are checked all the same",
    ),
    _cause(
        r"^error: Failed to download `(?P<place>[^`]+ @ [^`]+)`[^$]*?\((?P<why>404 [^)]*)\)",
        _by_name,
        "its address does not answer with a file: {why}",
        "correct the address",
    ),
)

# Of all that a failed build of a package prints, the lines that say why.
_TELLING = re.compile(
    r"^\s*((?:\w+\.)*\w*(?:Error|Exception): .+|error: .+|.*: (?:command )?not found)$", re.MULTILINE
)
_MOST_TELLING = 3


def install_failure(log: str, path: str, lines: _Lines, content: bytes) -> BuildFailed | None:
    """The failure behind the output of uv, by the line of the requirements file; None where it says nothing known.

    `path` is the file as the spec names it, `content` what is in it.
    """
    for cause in _CAUSES:
        if found := cause.pattern.search(log):
            line = cause.line(found, lines, content)
            place = f" {line}" if line else ""
            reason = cause.reason.format_map(found.groupdict())
            telling = tuple(dict.fromkeys(_TELLING.findall(log[found.end() :])))
            return BuildFailed(f"{path}{place} — {reason}", mend=cause.mend, details=telling[-_MOST_TELLING:])
    return None
