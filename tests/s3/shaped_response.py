"""A response that the fault proxy does not pass on as it is: read whole, then sent cut, slowed, changed or chunked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from .faults import Fault

_TICK = 0.02
_CHUNK = 4096

End = Literal["keep", "close", "reset"]


@dataclass(frozen=True)
class Response:
    """The lines of a head, and a body without any transfer encoding."""

    head: list[bytes]
    body: bytes


class Link:
    """A line that all responses share; without a rate nothing waits for it."""

    def __init__(self, bytes_per_second: float | None) -> None:
        self.bytes_per_second = bytes_per_second
        self._free_at = 0.0

    async def carry(self, size: int) -> None:
        """Return when the line has carried so many bytes more."""
        if self.bytes_per_second is None:
            return
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + size / self.bytes_per_second
        await asyncio.sleep(self._free_at - now)


async def read_response(stream: asyncio.StreamReader, method: str) -> Response:
    """Read one response to its end; raises asyncio.IncompleteReadError when the server leaves before."""
    head = (await stream.readuntil(b"\r\n\r\n")).split(b"\r\n")[:-2]
    status = int(head[0].split(b" ")[1])
    if status == 100:
        return await read_response(stream, method)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in head[1:])}
    if method == "HEAD" or status in {204, 304}:
        return Response(head, b"")
    if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
        body = await _read_chunks(stream)
    elif b"content-length" in headers:
        body = await stream.readexactly(int(headers[b"content-length"]))
    else:
        body = await stream.read()
    kept = [line for line in head if line.partition(b":")[0].lower() not in _FRAMING]
    return Response([*kept, b"Content-Length: %d" % len(body)], body)


_FRAMING = {b"transfer-encoding", b"content-length"}


async def _read_chunks(stream: asyncio.StreamReader) -> bytes:
    chunks = []
    while size := int((await stream.readline()).split(b";")[0], 16):
        chunks.append(await stream.readexactly(size))
        await stream.readline()
    while (await stream.readline()).strip():
        pass
    return b"".join(chunks)


async def send_response(client: asyncio.Transport, response: Response, fault: Fault, link: Link) -> End:
    """Send it as the fault says; returns how the connection has to end."""
    body, end = _damaged(response.body, fault)
    head = list(response.head)
    if fault.chunked and response.body:
        head = [line for line in head if not line.lower().startswith(b"content-length:")]
        head.append(b"Transfer-Encoding: chunked")
    if fault.closes:
        head.append(b"Connection: close")
        end = "close" if end == "keep" else end
    client.write(b"\r\n".join(head) + b"\r\n\r\n")
    pieces = _pieces(body, fault, link)
    for piece in pieces:
        await link.carry(len(piece))
        if client.is_closing():
            return "close"
        client.write(_chunk(piece) if fault.chunked else piece)
        if fault.bytes_per_second:
            await asyncio.sleep(len(piece) / fault.bytes_per_second)
    if fault.chunked and response.body and end != "reset" and len(body) == len(response.body):
        client.write(_chunk(b""))
    if end == "reset":
        # The client's system drops what it has not read when RST comes right behind it.
        await asyncio.sleep(0.01)
    return end


def _damaged(body: bytes, fault: Fault) -> tuple[bytes, End]:
    damage = fault.damage
    if damage is None or not body:
        return body, "keep" if damage is None or damage.kind == "corrupt" else "close"
    position = damage.position(len(body))
    if damage.kind == "corrupt":
        return body[:position] + bytes([body[position] ^ 0xFF]) + body[position + 1 :], "keep"
    return body[:position], "reset" if damage.kind == "reset" else "close"


def _pieces(body: bytes, fault: Fault, link: Link) -> list[bytes]:
    if not body:
        return []
    slowest = min(rate for rate in (fault.bytes_per_second, link.bytes_per_second, 1e12) if rate)
    size = max(1, int(slowest * _TICK))
    if fault.chunked:
        size = min(size, _CHUNK)
    return [body[start : start + size] for start in range(0, len(body), size)]


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)
