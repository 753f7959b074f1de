"""Calls with the same client token, one after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCKS = 64


class ClientTokens:
    """Lets one call of a token in at a time; others wait only when they happen to share its lock."""

    def __init__(self) -> None:
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    @contextmanager
    def held(self, token: str) -> Iterator[None]:
        """Hold a token until the end of the block; an empty one is nobody's."""
        if not token:
            yield
            return
        with self._locks[hash(token) % _LOCKS]:
            yield
