"""One HTTP/1.1 connection that is kept open: GET requests out, responses in (RFC 9112).

`http.client` would do, but its header parser is the e-mail package: with it the start takes a third longer, and each of
hundreds of small responses three times as much of the processor.
"""

from __future__ import annotations

import time

from .failures import Transient

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from .deadline import Deadline

    Sink = Callable[[bytes], object]

_LONGEST_HEAD = 64 << 10
_CHUNK = 256 << 10
_IDLE_SECONDS = 10.0
"""Without a byte for so long, an attempt is given up."""
_SLOWEST = 16 << 10
"""Bytes a second; below it, after some grace, an attempt is given up: another connection is nearly always faster."""


class Stale(Exception):
    """A connection that had served before was closed by the server before it answered: another one will do."""


class Response:
    """The status and headers of a response; names are in lower case. Its body has to be read before the next request."""

    __slots__ = ("headers", "status")

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status = status
        self.headers = headers


class Connection:
    """A connected socket with what has been received and not yet read."""

    __slots__ = ("_buffer", "_deadline", "_received", "_served", "_socket", "_started", "reusable")

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline
        self._buffer = bytearray()
        self._served = 0
        self._started = 0.0
        self._received = 0
        self.reusable = True

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def get(self, path: str, headers: dict[str, str]) -> Response:
        """Send a GET for a path with its query, and read the head of the response."""
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self.send("\r\n".join(lines).encode())
        return self.read_head()

    def send(self, request: bytes) -> None:
        """Send the bytes of a request."""
        self._started = time.monotonic()
        self._received = 0
        try:
            self._socket.settimeout(min(_IDLE_SECONDS, self._deadline.remaining()))
            self._socket.sendall(request)
        except OSError as error:
            if self._served:
                raise Stale from None
            raise broken("the connection broke while a request was sent", error) from None

    def read_head(self) -> Response:
        """The head of the next response; provisional ones (1xx) are passed over."""
        while True:
            while (end := self._buffer.find(b"\r\n\r\n")) < 0:
                if len(self._buffer) > _LONGEST_HEAD:
                    raise Transient("the server answers with a head that never ends")
                self._receive("before it answered")
            first, *lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
            del self._buffer[: end + 4]
            version, _, rest = first.partition(" ")
            if not version.startswith("HTTP/1.") or not rest[:3].isdigit():
                raise Transient("the server does not answer in HTTP/1.1", attempts=2)
            headers = {}
            for line in lines:
                name, _, value = line.partition(":")
                headers[name.strip().lower()] = value.strip()
            status = int(rest[:3])
            if status >= 200:
                self._served += 1
                connection = headers.get("connection", "").lower()
                self.reusable = "close" not in connection and version != "HTTP/1.0"
                return Response(status, headers)

    def read_body(self, response: Response, sink: Sink) -> None:
        """Hand the body to `sink` piece by piece; raises Transient when it is cut short."""
        if response.status in (204, 304):
            return
        if response.headers.get("transfer-encoding", "").lower() == "chunked":
            self._read_chunked(sink)
            return
        length = response.headers.get("content-length", "")
        if length.isascii() and length.isdigit():
            self._read_exactly(int(length), sink)
        else:
            self.reusable = False
            self._read_to_end(sink)

    def _read_exactly(self, length: int, sink: Sink) -> None:
        while length:
            if not self._buffer:
                self._receive(f"{length} bytes before the end of a body")
            piece = bytes(self._buffer[:length])
            del self._buffer[:length]
            length -= len(piece)
            sink(piece)

    def _read_chunked(self, sink: Sink) -> None:
        while True:
            size_text = self._read_line().partition(b";")[0].strip()
            try:
                size = int(size_text, 16)
            except ValueError:
                raise Transient("the server sends a body whose chunks are damaged") from None
            if size == 0:
                break
            self._read_exactly(size, sink)
            if self._read_line():
                raise Transient("the server sends a body whose chunks are damaged")
        while self._read_line():
            pass

    def _read_line(self) -> bytes:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > _LONGEST_HEAD:
                raise Transient("the server sends a body whose chunks are damaged")
            self._receive("in the middle of a body")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _read_to_end(self, sink: Sink) -> None:
        while True:
            if self._buffer:
                sink(bytes(self._buffer))
                self._buffer.clear()
            if not self._receive(""):
                return

    def _receive(self, when: str) -> bool:
        """Receive some bytes. False at the end of the stream, which is an error unless `when` is empty."""
        elapsed = time.monotonic() - self._started
        if elapsed > _IDLE_SECONDS + self._received / _SLOWEST:
            raise Transient(f"the server sent {self._received} bytes in {elapsed:.0f} s, too slow to go on")
        try:
            self._socket.settimeout(min(_IDLE_SECONDS, self._deadline.remaining()))
            piece = self._socket.recv(_CHUNK)
        except TimeoutError:
            # The deadline may be what ended the wait.
            self._deadline.remaining()
            raise Transient(f"the server sent nothing for {_IDLE_SECONDS:g} s") from None
        except OSError as error:
            if self._served and not self._received:
                raise Stale from None
            raise broken(f"the connection broke {when}", error) from None
        if piece:
            self._received += len(piece)
            self._buffer += piece
            return True
        if when:
            if self._served and not self._received:
                raise Stale
            raise Transient(f"the server closed the connection {when}")
        return False


def broken(what: str, error: OSError) -> Transient:
    """The transient fault for an error of a socket."""
    return Transient(f"{what}: {error.strerror or error}")
