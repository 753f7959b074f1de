"""An HTTPS proxy that leads every CONNECT, whatever host it names, to one server of this machine.

So a client that asks for bucket.s3.eu-central-1.amazonaws.com talks to a server of the tests, and nothing leaves.
"""

from __future__ import annotations

import selectors
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class ConnectProxy:
    """`asked` are the hosts and ports that clients named; `logins` what came as Proxy-Authorization (or "")."""

    url: str
    status: int = 200
    asked: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


@contextmanager
def connect_proxy(
    server_url: str, *, address: str = "127.0.0.1", status: int = 200
) -> Iterator[ConnectProxy]:
    """Run the proxy until the end of the block; with another status than 200 it refuses."""
    upstream = urlsplit(server_url)
    proxy = ConnectProxy("", status)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            first = self.rfile.readline().decode("latin-1").split()
            headers = {}
            while line := self.rfile.readline().strip():
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            if len(first) < 2 or first[0] != "CONNECT":
                self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
                return
            proxy.asked.append(first[1])
            proxy.logins.append(headers.get("proxy-authorization", ""))
            self.wfile.write(b"HTTP/1.1 %d Tunnel\r\n\r\n" % proxy.status)
            if proxy.status == 200:
                with socket.create_connection((upstream.hostname or "", upstream.port or 443)) as server:
                    _carry(self.connection, server)

    with socketserver.ThreadingTCPServer((address, 0), Handler) as listener:
        listener.daemon_threads = True
        proxy.url = f"http://{address}:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, name="connect-proxy", daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown()
            thread.join()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        try:
            while True:
                for key, _ in selector.select():
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not data:
                        return
                    key.data.sendall(data)
        except OSError:
            return
