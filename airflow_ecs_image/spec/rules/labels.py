"""Labels of the image: the keys follow Docker's guide, "Docker object labels"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from airflow_ecs_image.spec.refusal import Refused

_KEY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?")
_RESERVED = (
    "com.docker.", "io.docker.", "org.dockerproject.",
    "io.airflow-ecs-image.", "org.apache.airflow.", "org.opencontainers.image.base.",
)  # fmt: skip


def labels(values: Mapping[str, str]) -> dict[str, str]:
    """Refuse keys that Docker or this toolkit reserves, and keys that are not plain words."""
    for key in values:
        if not _KEY.fullmatch(key):
            raise Refused(
                "it is not the key of a label",
                "letters, digits, . _ / and -, such as com.example.team",
                item=key,
            )
        if key.startswith(_RESERVED):
            raise Refused(
                "the beginning of the key is reserved",
                "a key of your own, such as com.example.team",
                item=key,
            )
    return dict(values)
