"""Long answers in pages."""

from __future__ import annotations

from typing import Any

from airflow_ecs_image.local.endpoint.refusals import invalid_parameter

_MOST = 100


def page(name: str, whole: list[str], request: dict[str, Any]) -> dict[str, Any]:
    """One page of a list of ARNs under `name`, as `maxResults` and `nextToken` ask. Raises EcsRefusal."""
    size = request.get("maxResults", _MOST)
    if not isinstance(size, int) or not 1 <= size <= _MOST:
        raise invalid_parameter("maxResults must be between 1 and 100.")
    token = str(request.get("nextToken", "0"))
    if not token.isdecimal():
        raise invalid_parameter("Invalid token.")
    begin = int(token)
    answer: dict[str, Any] = {name: whole[begin : begin + size]}
    if begin + size < len(whole):
        answer["nextToken"] = str(begin + size)
    return answer
