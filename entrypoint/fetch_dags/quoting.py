"""Percent encoding as S3 wants it (Signature Version 4, "UriEncode")."""

from __future__ import annotations

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_QUOTED = [chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256)]
_IN_PATH = [*_QUOTED[:47], "/", *_QUOTED[48:]]


def quoted(text: str) -> str:
    """A name or value of a query."""
    return "".join(map(_QUOTED.__getitem__, text.encode()))


def quoted_path(key: str) -> str:
    """A key as the path of a URL: its slashes stay."""
    return "".join(map(_IN_PATH.__getitem__, key.encode()))


def unquoted(text: str) -> str:
    """The reverse, for keys in a listing with encoding-type=url, where + is a space."""
    if "%" not in text:
        return text.replace("+", " ")
    first, *rest = text.replace("+", " ").encode().split(b"%")
    return b"".join([first, *(bytes.fromhex(part[:2].decode()) + part[2:] for part in rest)]).decode()
