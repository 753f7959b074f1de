"""AWS regions, by their form: new regions appear every year, so there is no list to go stale."""

from __future__ import annotations

import re

from airflow_ecs_image.spec.refusal import Refused

REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}")
_ZONE = re.compile(rf"({REGION.pattern})[a-z]")


def region(value: str) -> str:
    """Refuse what does not look like a region; nothing is asked of AWS."""
    if zone := _ZONE.fullmatch(value):
        raise Refused(f"it is an availability zone, its region is {zone[1]}", "a region such as eu-central-1")
    if not REGION.fullmatch(value):
        raise Refused("it is not the name of an AWS region", "a region such as eu-central-1")
    return value
