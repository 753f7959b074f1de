"""Filters that turn a value into one piece of a Dockerfile or of a shell script, so that no value becomes an instruction."""

from __future__ import annotations

import re
import shlex

from airflow_ecs_image.errors import SpecError

# Every character at which `str.splitlines`, an editor or a parser may break a line, and NUL.
_LINE_BREAKS = re.compile("[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029\0]")
_BARE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:/@+-]*")


def one_line(value: object) -> str:
    """The value as text; raises SpecError when it holds a line break or NUL, which could start an instruction.

    The error does not show the value: it may be a secret.
    """
    text = str(value)
    found = _LINE_BREAKS.search(text)
    if found is not None:
        raise SpecError(
            f"a value holds U+{ord(found[0]):04X}, a line break or NUL, which could start another instruction",
            mend="write the value on one line",
        )
    return text


def quote(value: object) -> str:
    """One double-quoted Dockerfile word: backslash, quote and `$` lose their meaning (Dockerfile reference, ENV)."""
    text = one_line(value)
    for character in ("\\", '"', "$"):
        text = text.replace(character, "\\" + character)
    return f'"{text}"'


def default_value(value: object) -> str:
    """`="value"` for an ARG, or nothing when there is no value."""
    return "" if value is None or value == "" else "=" + quote(value)


def bare(value: object) -> str:
    """A value where no quotes can stand: a name, a version, an image reference. SpecError for any other character."""
    text = str(value)
    if not _BARE.fullmatch(text):
        raise SpecError(
            f"{text!r} is no name, version or image reference",
            mend="write letters, digits and . _ : / @ + -, no sign first",
        )
    return text


def shell(value: object) -> str:
    """One word of a POSIX shell."""
    return shlex.quote(one_line(value))


def comment(value: object) -> str:
    """Text that stays on its comment line."""
    return one_line(value)


def heredoc(text: object, terminator: str) -> str:
    """The lines of a heredoc; SpecError when one of them would end it, so that the next became an instruction."""
    lines = str(text).strip("\n").split("\n")
    if any(line.strip() == terminator for line in lines):
        raise SpecError(
            f"an embedded file holds the line {terminator}, which would end it early",
            mend="take the line out of the lock or script",
        )
    return "\n".join(lines)
