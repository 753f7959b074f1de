"""The identity of a spec: two specs with one hash ask for the same image."""

from __future__ import annotations

import hashlib
import json

from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.spec.rules.budgets import BUDGET_FIELDS
from airflow_ecs_image.spec.rules.credentials import CREDENTIAL_FIELDS


def spec_hash(spec: ImageSpec) -> str:
    """The sha256, in hexadecimal, of the spec's canonical JSON without its tag and its budgets.

    Of a credential only counts whether it was given, so that the hash tells nothing about it.
    """
    document = spec.model_dump(mode="json", exclude={"tag", *BUDGET_FIELDS, *CREDENTIAL_FIELDS})
    document |= {name: getattr(spec, name) is not None for name in CREDENTIAL_FIELDS}
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
