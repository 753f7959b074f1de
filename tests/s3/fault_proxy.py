"""A proxy in front of an S3 server that delays requests and makes faults, as a plan says.

Requests of one connection come one after the other, as every S3 client sends them; each connection has one of
its own to the server. What needs no change is passed on as it comes, so that a delayed request costs little.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from .faults import Plan, Request, healthy
from .proxied_connection import Link, ProxiedConnection


class FaultProxy:
    """A running proxy. `plan` may be replaced between requests."""

    def __init__(self, upstream: str, plan: Plan, link: Link) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "", parts.port or 80)
        self.plan = plan
        self.link = link
        self.url = ""
        self.requests: list[Request] = []
        self.connections = 0
        self._attempts: Counter[bytes] = Counter()

    @property
    def counts(self) -> Counter[str]:
        """How many requests of each kind came: `list`, `get`, `head`, `put`."""
        return Counter(request.kind for request in self.requests)

    def arrived(self, head: bytes) -> Request:
        """Number and remember a request."""
        line, _, headers = head.partition(b"\r\n")
        _, found, after = headers.lower().partition(b"\r\nrange:")
        key = line + (after.partition(b"\r\n")[0] if found else b"")
        self._attempts[key] += 1
        request = Request(len(self.requests) + 1, self._attempts[key], head)
        self.requests.append(request)
        return request

    def forget(self, plan: Plan | None = None) -> None:
        """Start to count again, with another plan if there is one."""
        self.requests.clear()
        self._attempts.clear()
        self.connections = 0
        if plan is not None:
            self.plan = plan

    async def serve(self, address: str, tls: ssl.SSLContext | None) -> asyncio.Server:
        """Listen on a free port of the address."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: ProxiedConnection(self, loop), address, 0, ssl=tls, backlog=1024
        )
        port = server.sockets[0].getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{address}:{port}"
        return server


@contextmanager
def fault_proxy(
    upstream: str,
    plan: Plan = healthy,
    *,
    address: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
    bytes_per_second: float | None = None,
) -> Iterator[FaultProxy]:
    """Run a proxy in a thread of its own, in front of an `http://host:port`, until the end of the block.

    With `tls` it speaks https. `bytes_per_second` is what all its responses together may take.
    """
    proxy = FaultProxy(upstream, plan, Link(bytes_per_second))
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(proxy.serve(address, tls))
    thread = threading.Thread(target=loop.run_forever, name="fault-proxy", daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    for connection in list(ProxiedConnection.open):
        if connection.loop is asyncio.get_running_loop():
            connection.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
