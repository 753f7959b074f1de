"""Link-local addresses for tasks: with one, a container reaches the endpoint at 169.254.170.2 as on ECS."""

from __future__ import annotations

import threading

_FIRST, _LAST = (171 << 8) + 1, (254 << 8) + 254
"""169.254.171.1 to 169.254.254.254. 169.254.170.x is ECS's own; 169.254.169.x and 169.254.255.x others hold."""


class LinkLocalAddresses:
    """Gives each task an address that no other task of the network has."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_task: dict[str, str] = {}
        self._taken: set[str] = set()
        self._next = _FIRST

    def hold(self, task_id: str, address: str) -> None:
        """A task has this one already."""
        with self._lock:
            self._by_task[task_id] = address
            self._taken.add(address)

    def take(self, task_id: str) -> str:
        """A free one for a task. Raises OverflowError when there is none."""
        with self._lock:
            for _ in range(_FIRST, _LAST + 1):
                address = f"169.254.{self._next >> 8}.{self._next & 255}"
                self._next = self._next + 1 if self._next < _LAST else _FIRST
                if address not in self._taken and not address.endswith((".0", ".255")):
                    self._taken.add(address)
                    self._by_task[task_id] = address
                    return address
        raise OverflowError("no link-local address is free")

    def give_back(self, task_id: str) -> None:
        """The task needs its own no more."""
        with self._lock:
            self._taken.discard(self._by_task.pop(task_id, ""))
