"""YAML of CloudFormation: values that stay values, intrinsic functions that stay functions."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from airflow_ecs_image.errors import SpecError

# A parser or an editor may break a line at these, or drop them, although JSON leaves them as they are.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
_COMMENT_WIDTH = 116
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./*-]+)*")
# YAML 1.1, types bool and null: other readers than CloudFormation's still know them.
_WORDS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
_ONE_REFERENCE = re.compile(r"\$\{([A-Za-z0-9:]+)\}")
# CloudFormation user guide, "Get values stored in other services using dynamic references".
_DYNAMIC_REFERENCE = "{{resolve:"


class Intrinsic(str):
    """YAML that calls a function, such as `!Ref Image`; as text it passes through what takes text.

    Of several lines the first stands behind the key, the others below it.
    """

    __slots__ = ()


def quoted(value: object) -> str:
    """One double-quoted scalar. SpecError for a dynamic reference, which CloudFormation would put a secret in place of."""
    text = str(value)
    if _DYNAMIC_REFERENCE in text:
        raise SpecError(
            "a value holds {{resolve:…}}, which CloudFormation replaces by what it refers to, for everyone to read",
            mend="name the secret in `secrets` of [ecs], and leave the value out",
        )
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def substituted(text: str, conditional: Mapping[str, str]) -> str:
    """`!Sub` of a text with `${Name}` in it, a quoted scalar without. `${!Name}` in it stands for `${Name}` itself.

    `conditional` gives values for names that are no parameters or resources of the template, as YAML.
    """
    if "${" not in text:
        return quoted(text)
    used = [f"{name}: {value}" for name, value in conditional.items() if f"${{{name}}}" in text]
    if not used and (reference := _ONE_REFERENCE.fullmatch(text)):
        return f"!Ref {reference[1]}"
    if not used:
        return f"!Sub {quoted(text)}"
    return "\n".join(
        [
            "!Sub",
            f"- {quoted(text)}",
            *(f"{'-' if index == 0 else ' '} {each}" for index, each in enumerate(used)),
        ]
    )


def comment(value: object, indent: int = 0) -> str:
    """Text that stays in a comment, whose first `#` and indent stand there already."""
    lines = textwrap.wrap(" ".join(str(value).split()), _COMMENT_WIDTH - indent) or [""]
    return f"\n{' ' * indent}# ".join(lines)


def block(value: Mapping[str, Any] | Sequence[Any], indent: int) -> str:
    """The lines of a mapping or a list in block style, the first without the indent, which stands there already."""
    return ("\n" + " " * indent).join(_lines(value))


def properties(value: Any, *, as_they_are: tuple[str, ...] = ("options",)) -> Any:
    """The input of an API call as CloudFormation spells it: `stopTimeout` is `StopTimeout`, in the same order.

    Below the keys `as_they_are` names are values of the user or of a log driver, and stay.
    """
    if isinstance(value, Mapping):
        return {
            key[:1].upper() + key[1:]: each
            if key in as_they_are
            else properties(each, as_they_are=as_they_are)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [properties(each, as_they_are=as_they_are) for each in value]
    return value


def _lines(value: Any) -> Iterator[str]:
    items = value.items() if isinstance(value, Mapping) else (("-", each) for each in value)
    for key, each in items:
        name = key if key == "-" else f"{_plain_or_quoted(key)}:"
        if isinstance(each, Mapping | list) and each:
            nested = list(_lines(each))
            if key == "-":
                yield f"- {nested[0]}"
                yield from (f"  {line}" for line in nested[1:])
            else:
                yield name
                yield from (f"  {line}" for line in nested)
        else:
            first, *others = _scalar(each).split("\n")
            yield f"{name} {first}"
            yield from (f"  {line}" for line in others)


def _plain_or_quoted(value: object) -> str:
    """Without quotes where no version of YAML could read anything but this text."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else quoted(text)


def _scalar(value: Any) -> str:
    if isinstance(value, Intrinsic):
        return str.__str__(value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else _plain_or_quoted(value)
