"""IAM policies as values: statements, each with its reason, and the documents of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = "2012-10-17"
"""The version of the policy language (IAM user guide, "IAM JSON policy elements: Version")."""

Condition = Mapping[str, Mapping[str, str | list[str]]]


@dataclass(frozen=True)
class Statement:
    """What is allowed on what; `why` is a sentence, because JSON has no comments. `service` is the principal of a trust."""

    sid: str
    why: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    condition: Condition = field(default_factory=dict)
    service: str | None = None

    def document(self) -> dict[str, Any]:
        """The statement in IAM's language."""
        content: dict[str, Any] = {"Sid": self.sid, "Effect": "Allow"}
        if self.service is not None:
            content["Principal"] = {"Service": self.service}
        content["Action"] = list(self.actions)
        if self.resources:
            content["Resource"] = list(self.resources)
        if self.condition:
            content["Condition"] = {
                operator: dict(pairs) for operator, pairs in sorted(self.condition.items())
            }
        return content


@dataclass(frozen=True)
class Policy:
    """Statements for one role. `for_whom` says in words whose they are; a trust policy says who may take the role."""

    name: str
    for_whom: str
    statements: tuple[Statement, ...]

    def document(self) -> dict[str, Any]:
        """The policy in IAM's language."""
        return {"Version": VERSION, "Statement": [each.document() for each in self.statements]}
