"""A relay that holds back every HTTP request by a time, as distance would: it runs in a process of its own.

    python -m bench.s3.relay LISTEN_HOST LISTEN_PORT SERVER_HOST SERVER_PORT MILLISECONDS

For requests without a body on connections that stay open. Answers pass at once, and neither side waits to fill a packet.
"""

from __future__ import annotations

import asyncio
import sys

_END_OF_REQUEST = b"\r\n\r\n"


class _ToServer(asyncio.Protocol):
    """The server's side of one connection."""

    def __init__(self, client: asyncio.Transport) -> None:
        self._client = client

    def data_received(self, data: bytes) -> None:
        self._client.write(data)

    def connection_lost(self, _: Exception | None) -> None:
        self._client.close()


class _FromClient(asyncio.Protocol):
    """The client's side: collects one request, waits, hands it on."""

    def __init__(self, server: tuple[str, int], seconds: float) -> None:
        self._address, self._seconds = server, seconds
        self._received = bytearray()
        self._server: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._connecting: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("the relay carries streams only")
        self._client = transport
        # While the first request waits, the connection to the server is made.
        self._connecting = self._loop.create_task(self._connect())

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(_END_OF_REQUEST)) >= 0:
            end += len(_END_OF_REQUEST)
            self._loop.call_later(self._seconds, self._forward, bytes(self._received[:end]))
            del self._received[:end]

    def connection_lost(self, _: Exception | None) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        if self._server is not None:
            self._server.close()

    async def _connect(self) -> None:
        try:
            self._server, _ = await self._loop.create_connection(
                lambda: _ToServer(self._client), *self._address
            )
        except OSError:
            self._client.close()

    def _forward(self, request: bytes) -> None:
        if self._server is None:
            # The server has taken longer to accept than the delay lasts: try again shortly.
            if not self._client.is_closing():
                self._loop.call_later(0.001, self._forward, request)
        else:
            self._server.write(request)


async def _serve(listen: tuple[str, int], server: tuple[str, int], milliseconds: float) -> None:
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: _FromClient(server, milliseconds / 1000), *listen, backlog=1024
    )
    await listener.serve_forever()


if __name__ == "__main__":
    host, port, server_host, server_port, milliseconds = sys.argv[1:]
    asyncio.run(_serve((host, int(port)), (server_host, int(server_port)), float(milliseconds)))
