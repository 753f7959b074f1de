"""Words that ECS takes as names."""

from __future__ import annotations

import re

from .refusals import client_error

WORD = re.compile(r"[A-Za-z0-9_-]{1,255}")
"""Of a family and of a container (API reference, RegisterTaskDefinition)."""

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")


def check_role(arn: str | None) -> None:
    """Refuse what is no role. Raises EcsRefusal."""
    if arn and not _ROLE.fullmatch(arn):
        raise client_error("Role is not valid")
