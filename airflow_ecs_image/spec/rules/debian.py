"""Names of Debian packages and the mirror they come from."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from airflow_ecs_image.spec.refusal import Refused

# Debian Policy 5.6.1 (names) and 5.6.12 (versions).
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+(=(\d+:)?\d[A-Za-z0-9.+~-]*)?")
_URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/@%+\[\]-]+")


def system_packages(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse every item that apt would not take as a package name; one named twice counts once."""
    for value in values:
        if not _PACKAGE.fullmatch(value):
            raise Refused(
                "it is not a Debian package name",
                "lower-case letters, digits, + - and ., with =version if need be, such as libpq5 or curl=8.14.1-2",
                shown=f"'{value}'",
            )
    return tuple(dict.fromkeys(values))


def debian_mirror(value: str) -> str:
    """Refuse what is not a plain http(s) address; a closing slash is dropped."""
    allowed = "http://host/debian or https://host/debian"
    try:
        parts = urlsplit(value)
        host, port_is_valid = parts.hostname, parts.port is None or parts.port > 0
    except ValueError:
        raise Refused("it is not a URL", allowed) from None
    if parts.username is not None or parts.password is not None:
        raise Refused("it holds a user or password, which would be stored in the image", allowed, secret=True)
    if parts.scheme not in ("http", "https"):
        raise Refused("it does not start with http:// or https://", allowed)
    if not host or not port_is_valid or not _URL_CHARACTERS.fullmatch(value):
        raise Refused("it is not a plain URL", allowed)
    return value.rstrip("/")
