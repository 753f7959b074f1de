"""A secret that a parameter of the stack may name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from airflow_ecs_image.ecs.stack_yaml import Intrinsic

_WHOLE_SECRET = re.compile(r"arn:[^:]+:(?:secretsmanager:[^:]*:\d+:secret:[^:]+|ssm:[^:]*:\d+:parameter/\S+)")


@dataclass(frozen=True)
class Secret:
    """`reference` of the spec, empty where none is known yet; `parameter` of the stack that may name another one."""

    parameter: str
    reference: str

    @property
    def is_parameter(self) -> bool:
        """Whether the parameter stands for it. A key of a secret, and an SSM parameter by name, have a form of their own,
        which a policy does not share."""
        return not self.reference or _WHOLE_SECRET.fullmatch(self.reference) is not None

    @property
    def value_from(self) -> str:
        """What ECS finds the value under (ECS API reference, Secret)."""
        return Intrinsic(f"!Ref {self.parameter}") if self.is_parameter else self.reference

    @property
    def action(self) -> str:
        """The IAM action that reads it; a parameter that may name either kind takes a secret."""
        is_ssm = self.reference and ":secretsmanager:" not in self.reference
        return "ssm:GetParameters" if is_ssm else "secretsmanager:GetSecretValue"
