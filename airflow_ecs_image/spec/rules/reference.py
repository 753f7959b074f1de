"""Image references, by the grammar of the distribution project (`reference/regexp.go`)."""

from __future__ import annotations

import difflib
import re

from airflow_ecs_image.spec.refusal import Refused

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN = (
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::[0-9]+)?)"
)
_NAME = rf"(?:{_DOMAIN}/)?{_COMPONENT}(?:/{_COMPONENT})*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}"
_TAGGED = re.compile(rf"(?P<name>{_NAME})(?::{_TAG})?")
_REFERENCE = re.compile(rf"(?P<name>{_NAME})(?::{_TAG})?(?:@{_DIGEST})?")
_LONGEST_NAME = 255

BASES = ("auto", "official", "source")


def tag(value: str) -> str:
    """Refuse what Docker would not take as `name[:tag]`."""
    allowed = "name[:tag], lower-case, such as worker:1.0 or registry.example.com/team/worker:1.0"
    if "@" in value:
        raise Refused("it holds a digest, and the digest of a new image is not known yet", allowed)
    _match(_TAGGED, value, allowed)
    return value


def reference(value: str) -> str:
    """Refuse what is no image reference; a digest may end it."""
    _match(_REFERENCE, value, "an image reference such as registry.example.com/worker@sha256:…")
    return value


def base(value: str) -> str:
    """Refuse what is neither one of the three words nor an image reference."""
    if value in BASES:
        return value
    allowed = "auto, official, source or an image reference such as registry.example.com/airflow:3.3.2"
    if meant := difflib.get_close_matches(value.lower(), BASES, n=1, cutoff=0.7):
        raise Refused(f"did you mean {meant[0]}?", allowed)
    _match(_REFERENCE, value, allowed)
    return value


def _match(pattern: re.Pattern[str], value: str, allowed: str) -> None:
    match = pattern.fullmatch(value)
    if match is None:
        if pattern.fullmatch(value.lower()):
            raise Refused("an image reference has no upper-case letters", allowed)
        raise Refused("it is not an image reference", allowed)
    if len(match["name"]) > _LONGEST_NAME:
        raise Refused(f"the name is longer than {_LONGEST_NAME} characters", allowed)
