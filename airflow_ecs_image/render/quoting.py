"""Filters that turn a value into one word of a Dockerfile or of a shell, so that no value becomes an instruction."""

from __future__ import annotations

import shlex

from airflow_ecs_image.errors import SpecError

_LINE_BREAKS = ("\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0")


def one_line(value: object) -> str:
    """The value as text; raises SpecError when it holds a line break or NUL, which could start an instruction."""
    text = str(value)
    if any(character in text for character in _LINE_BREAKS):
        raise SpecError(
            f"value {text!r} holds a line break or NUL: in a Dockerfile it could start another instruction",
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


def shell(value: object) -> str:
    """One word of a POSIX shell."""
    return shlex.quote(one_line(value))


def comment(value: object) -> str:
    """Text that stays on its comment line."""
    return one_line(value)
