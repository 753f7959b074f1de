"""What ECS refuses a call with: its error codes, as an exception."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class EcsRefusal(Exception):
    """An error of the API: `code` is the name of its shape, `members` what it has beside the message."""

    def __init__(
        self, code: str, message: str, *, status: int = 400, members: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.members = dict(members or {})


def invalid_parameter(message: str) -> EcsRefusal:
    """A value that the API does not take."""
    return EcsRefusal("InvalidParameterException", message)


def client_error(message: str) -> EcsRefusal:
    """What the caller cannot do, or a thing that is not there."""
    return EcsRefusal("ClientException", message)


def cluster_not_found() -> EcsRefusal:
    """The cluster is unknown."""
    return EcsRefusal("ClusterNotFoundException", "Cluster not found.")


def server_error(message: str = "Service Unavailable. Please try again later.") -> EcsRefusal:
    """A fault of the server."""
    return EcsRefusal("ServerException", message, status=500)


def throttled() -> EcsRefusal:
    """Too many calls."""
    return EcsRefusal("ThrottlingException", "Rate exceeded")
