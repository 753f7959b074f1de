"""One connection of a client through the fault proxy, and the one to the server that belongs to it."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import ClassVar, Protocol, cast

from .faults import HEALTHY, Answer, Fault, Plan, Request
from .shaped_response import Link, Response, read_response, send_response

__all__ = ["Link", "ProxiedConnection", "Proxy"]

_END_OF_HEAD = b"\r\n\r\n"


class Proxy(Protocol):
    """What a connection needs to know of its proxy."""

    upstream: tuple[str, int]
    plan: Plan
    link: Link
    connections: int

    def arrived(self, head: bytes) -> Request:
        """Number and remember a request."""


class ProxiedConnection(asyncio.Protocol):
    """The client's side."""

    open: ClassVar[set[ProxiedConnection]] = set()

    def __init__(self, proxy: Proxy, loop: asyncio.AbstractEventLoop) -> None:
        self.proxy, self.loop = proxy, loop
        self.client: asyncio.Transport | None = None
        self.fault = HEALTHY
        self._head = b""
        self._of_body = 0
        self._waiting: list[bytes] | None = None
        self._server: asyncio.Transport | None = None
        self._response: asyncio.StreamReader | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.client = cast("asyncio.Transport", transport)
        self.proxy.connections += 1
        ProxiedConnection.open.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        ProxiedConnection.open.discard(self)
        self.client = None
        if self._server is not None:
            self._server.abort()
        if self._response is not None:
            self._response.feed_eof()

    def data_received(self, data: bytes) -> None:
        if self._of_body:
            body, data = data[: self._of_body], data[self._of_body :]
            self._of_body -= len(body)
            # What the proxy answers itself is none of the server's; its client may be with the next request already.
            if self.fault.answer is None:
                self._to_server(body)
            if not data:
                return
        self._head += data
        head, end, body = self._head.partition(_END_OF_HEAD)
        if not end:
            return
        self._head = b""
        request = self.proxy.arrived(head + b"\r\n")
        length = request.header("content-length") if b"ontent-" in head or b"CONTENT-" in head else None
        self._of_body = int(length or 0) - len(body)
        self.fault = self.proxy.plan(request)
        self._waiting = [head + end + body]
        if self.fault.delay:
            self.loop.call_later(self.fault.delay, self._begin, request)
        else:
            self._begin(request)

    def _to_server(self, data: bytes) -> None:
        if self._waiting is not None:
            self._waiting.append(data)
        elif self._server is not None:
            self._server.write(data)

    def _begin(self, request: Request) -> None:
        fault = self.fault
        if self.client is None or fault.never_answers:
            return
        if fault.damage is not None and fault.damage.kind == "reset-at-once":
            self.reset()
        elif fault.answer is not None:
            self._waiting = None
            self._run(self._send(_error_response(fault.answer, request), fault))
        else:
            if fault.shapes_the_response or self.proxy.link.bytes_per_second:
                self._response = asyncio.StreamReader(limit=2**20, loop=self.loop)
                self._run(self._shape(self._response, request, fault))
            if self._server is None:
                self._run(self._connect())
            else:
                self._flush()

    def _run(self, work: asyncio._CoroutineLike[None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self) -> None:
        try:
            await self.loop.create_connection(lambda: _ServerSide(self), *self.proxy.upstream)
        except OSError:
            self.close()

    def server_connected(self, transport: asyncio.Transport) -> None:
        """The server has taken the connection: send what waits."""
        self._server = transport
        self._flush()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting or [], None
        if self._server is not None:
            self._server.write(b"".join(waiting))

    def server_sent(self, data: bytes) -> None:
        """Pass on or keep for shaping what the server sent."""
        if self._response is not None:
            self._response.feed_data(data)
        elif self.client is not None:
            self.client.write(data)

    def server_left(self) -> None:
        """The server has closed its side."""
        self._server = None
        if self._response is not None:
            self._response.feed_eof()
        else:
            self.close()

    async def _shape(self, stream: asyncio.StreamReader, request: Request, fault: Fault) -> None:
        try:
            response = await read_response(stream, request.method)
        except (asyncio.IncompleteReadError, ValueError):
            self.close()
            return
        self._response = None
        await self._send(response, fault)

    async def _send(self, response: Response, fault: Fault) -> None:
        if self.client is None:
            return
        end = await send_response(self.client, response, fault, self.proxy.link)
        if end == "reset":
            self.reset()
        elif end == "close":
            self.close()

    def close(self) -> None:
        """End the connection in order, after what was written."""
        if self.client is not None:
            self.client.close()

    def reset(self) -> None:
        """End the connection by RST."""
        if self.client is not None:
            connection = self.client.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.client.abort()


class _ServerSide(asyncio.Protocol):
    def __init__(self, client_side: ProxiedConnection) -> None:
        self._client_side = client_side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._client_side.client is None:
            cast("asyncio.Transport", transport).abort()
        else:
            self._client_side.server_connected(cast("asyncio.Transport", transport))

    def data_received(self, data: bytes) -> None:
        self._client_side.server_sent(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._client_side.server_left()


def _error_response(answer: Answer, request: Request) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{answer.code}</Code><Message>The proxy of a test says so.</Message>"
        f"<RequestId>PROXY{request.number}</RequestId></Error>"
    ).encode()
    head = [b"HTTP/1.1 %d Fault" % answer.status, b"Content-Type: application/xml"]
    head += [f"{name}: {value}".encode() for name, value in answer.headers.items()]
    return Response([*head, b"Content-Length: %d" % len(body)], b"" if request.method == "HEAD" else body)
