"""The pool of the load: Airflow's default pool has 128 slots, fewer than a load may have tasks at once."""

from __future__ import annotations

from http import HTTPStatus

from airflow_ecs_image.local.http_service import HttpService, ServiceRefused


def set_pool(address: str, major: int, name: str, slots: int) -> None:
    """Make the pool, or give it that many slots (REST API of Airflow, "Pool"). Raises LocalServiceFailed."""
    service = HttpService(address, "Airflow's API")
    headers: dict[str, str] = {}
    if major > 2:
        headers["Authorization"] = f"Bearer {service.json('GET', '/auth/token')['access_token']}"
    pools = f"/api/v{major - 1}/pools"
    body = {"name": name, "slots": slots, "include_deferred": False, "description": "of local load"}
    try:
        service.json("POST", pools, body=body, headers=headers)
    except ServiceRefused as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        service.json("PATCH", f"{pools}/{name}", query={"update_mask": "slots"}, body=body, headers=headers)
