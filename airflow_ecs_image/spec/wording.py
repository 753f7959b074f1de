"""How a wrong value reads: one line with the field, the value, where it came from, why, and what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs_image.spec.refusal import Refused
from airflow_ecs_image.spec.rules.credentials import CREDENTIAL_FIELDS
from airflow_ecs_image.spec.sources import Gathered

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_LONGEST_VALUE = 100
_KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a table",
}


def line(error: ErrorDetails, gathered: Gathered) -> str:
    """The line for one of pydantic's errors."""
    name = str(error["loc"][0])
    refused = error.get("ctx", {}).get("error")
    if not isinstance(refused, Refused):
        refused = _generic(error, gathered)
    path = f"{gathered.table}.{name}" if gathered.table else name
    subject = path if refused.item is None else f"{path}.{_entry(refused.item)}"
    origin = gathered.origin(name, refused.item)
    shown = "" if name in gathered.maps else _shown(name, gathered.values.get(name, error["input"]), refused)
    return f"{subject}:{shown} ({origin}) — {clause(refused.why, refused.allowed)}"


def clause(why: str, allowed: str) -> str:
    """The end of a line; a question needs no semicolon after it."""
    return f"{why}{'' if why.endswith('?') else ';'} allowed: {allowed}"


def _shown(name: str, value: object, refused: Refused) -> str:
    """The value with a leading space, or nothing where it may be a secret."""
    if refused.secret or refused.item is not None or name in CREDENTIAL_FIELDS:
        return ""
    text = refused.shown if refused.shown is not None else _quoted(value)
    return f" {text}" if len(text) <= _LONGEST_VALUE else f" {text[:_LONGEST_VALUE]}…"


def _quoted(value: object) -> str:
    return (
        str(value).lower()
        if isinstance(value, bool)
        else f"'{value}'"
        if isinstance(value, str)
        else str(value)
    )


def _entry(item: str) -> str:
    return item if item.isprintable() and len(item) <= _LONGEST_VALUE else ascii(item[:_LONGEST_VALUE])


def _generic(error: ErrorDetails, gathered: Gathered) -> Refused:
    """Words for the errors that pydantic finds itself."""
    kind = _KINDS.get(type(error["input"]), "not of the right kind")
    item = str(error["loc"][1]) if len(error["loc"]) > 1 and error["loc"][0] in gathered.maps else None
    expected = {
        "string_type": ("text", 'text in quotes, such as "3.13"'),
        "bool_type": ("true or false", "true or false"),
        "bool_parsing": ("true or false", "true or false"),
        "tuple_type": ("a list", 'a list such as ["one", "two"]'),
        "dict_type": ("a table", 'names with values, such as { NAME = "value" }'),
        "int_type": ("a whole number", "a whole number"),
        "int_parsing": ("a whole number", "a whole number"),
        "int_from_float": ("a whole number", "a whole number"),
        "greater_than_equal": ("large enough", "1 or more"),
        "less_than_equal": ("small enough", "a smaller number"),
    }
    if error["type"] == "literal_error":
        return Refused("it is not one of the known values", _choices(error.get("ctx", {})), item=item)
    wanted, allowed = expected.get(error["type"], ("a valid value", "see the help page"))
    return Refused(f"it is {kind}, not {wanted}", allowed, item=item)


def _choices(context: dict[str, Any]) -> str:
    return str(context.get("expected", "")).replace("'", "")
