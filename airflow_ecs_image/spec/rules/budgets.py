"""What an image may cost: bytes as a registry holds them, and seconds before a task's first line."""

from __future__ import annotations

import re

from airflow_ecs_image.spec.refusal import Refused

BUDGET_FIELDS = ("size_budget", "start_budget")
"""They judge an image and decide nothing of it."""

SIZE_PATTERN = r"\d{1,9}(\.\d+)? ?(kB|MB|GB)"
SECONDS_PATTERN = r"\d{1,9}(\.\d+)? ?(ms|s)"

# The units of registries and of Docker: powers of ten.
_BYTES = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_OF_A_SECOND = {"ms": 0.001, "s": 1.0}
_A_SIZE = "a number with kB, MB or GB, such as 150 MB"
_A_TIME = "a number with s or ms, such as 3 s"


def size_budget(value: str) -> str:
    """Refuse what is not a size above 0; `150MB` becomes `150 MB`."""
    return " ".join(_parts(value, SIZE_PATTERN, _A_SIZE))


def start_budget(value: str) -> str:
    """Refuse what is not a time above 0; `3s` becomes `3 s`."""
    return " ".join(_parts(value, SECONDS_PATTERN, _A_TIME))


def size_bytes(value: str) -> int:
    """The bytes of a size budget: 150 MB are 150,000,000. Raises Refused."""
    number, unit = _parts(value, SIZE_PATTERN, _A_SIZE)
    return round(float(number) * _BYTES[unit])


def seconds(value: str) -> float:
    """The seconds of a start budget. Raises Refused."""
    number, unit = _parts(value, SECONDS_PATTERN, _A_TIME)
    return float(number) * _OF_A_SECOND[unit]


def _parts(value: str, form: str, allowed: str) -> tuple[str, str]:
    text = value.strip(" ")
    if not re.fullmatch(form, text, re.ASCII):
        raise Refused("it is not a number with a unit", allowed)
    number = text.rstrip("kMGBms ")
    if float(number) == 0:
        raise Refused("nothing fits into it", allowed)
    return number, text[len(number) :].strip(" ")
