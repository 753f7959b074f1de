"""Servers of the tests that containers, and steps of a build, can reach."""

from __future__ import annotations

from airflow_ecs_image.engine import Engine


def bridge_address() -> str:
    """The address of this machine on the engine's own network, which no other machine can reach."""
    template = "{{range .IPAM.Config}}{{.Gateway}}\n{{end}}"
    return Engine().docker("network", "inspect", "bridge", "--format", template).splitlines()[0]
