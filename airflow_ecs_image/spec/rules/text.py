"""Characters that no value of the spec may hold, because a line break could start another instruction."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from airflow_ecs_image.spec.refusal import Refused

_LINE_BREAKS = {"\n": "a line break", "\r": "a carriage return", "\x00": "a NUL character"}
# NEL, LINE SEPARATOR and PARAGRAPH SEPARATOR: `str.splitlines` and many editors break lines at them.
_SEPARATORS = "\x85\u2028\u2029"
_ALLOWED = "text on one line, a tab is the only control character"


def plain(value: object) -> object:
    """Pass `value` on when every string in it, however deep, is one line of encodable text."""
    if isinstance(value, str):
        _plain_text(value)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            _plain_entry(name, each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            plain(each)
    return value


def _plain_entry(name: object, value: object) -> None:
    plain(name)
    try:
        plain(value)
    except Refused as refused:
        raise Refused(refused.why, refused.allowed, item=str(name)) from None


def _plain_text(text: str) -> None:
    for character in text:
        name = _LINE_BREAKS.get(character)
        category = unicodedata.category(character)
        if name is None and character in _SEPARATORS:
            name = "a line separator"
        elif name is None and category == "Cc" and character != "\t":
            name = f"the control character U+{ord(character):04X}"
        elif category == "Cs":
            name = "a byte that is not UTF-8"
        if name is not None:
            raise Refused(f"it holds {name}", _ALLOWED, shown=ascii(text))
