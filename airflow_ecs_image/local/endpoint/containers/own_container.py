"""The container that the endpoint itself runs in."""

from __future__ import annotations

import socket

from .engine import EngineApi, EngineError


def own_image(engine: EngineApi) -> str:
    """Its image, which is there for certain; empty when the endpoint runs outside of containers."""
    try:
        # The engine names a container's host after the container.
        return str(engine.inspect(socket.gethostname())["Image"])
    except EngineError:
        return ""
