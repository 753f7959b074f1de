"""The relay holds back every request, on connections that stay open."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

MILLISECONDS = 100
BODY = bytes(range(256)) * 1024


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.send_header("X-Client", str(self.client_address[1]))
        self.send_header("X-Path", self.path)
        self.end_headers()
        self.wfile.write(BODY)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture(scope="module")
def relay() -> Iterator[int]:
    """The port of a relay in front of a server that answers every request with 256 KiB."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, socket.socket() as free:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        words = ("127.0.0.1", str(port), "127.0.0.1", str(server.server_port), str(MILLISECONDS))
        with subprocess.Popen([sys.executable, "-m", "bench.s3.relay", *words]) as process:
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield port
            process.terminate()
        server.shutdown()


def get(connection: http.client.HTTPConnection, path: str) -> tuple[float, str, bool]:
    """Seconds, which connection the server saw, and whether the answer was the right one and whole."""
    started = time.monotonic()
    connection.request("GET", path)
    answer = connection.getresponse()
    whole = answer.read() == BODY and answer.headers["X-Path"] == path
    return time.monotonic() - started, answer.headers["X-Client"], whole


def test_each_request_of_a_connection_is_held_back(relay: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", relay, timeout=20)
    answers = [get(connection, f"/{number}") for number in range(5)]
    connection.close()

    assert all(whole for _, _, whole in answers)
    assert len({client for _, client, _ in answers}) == 1
    fastest = min(seconds for seconds, _, _ in answers[1:])
    # A stall of Nagle's algorithm would add 40 ms to each.
    assert MILLISECONDS / 1000 <= fastest < MILLISECONDS / 1000 + 0.035


def test_requests_of_many_connections_wait_side_by_side(relay: int) -> None:
    connections = [http.client.HTTPConnection("127.0.0.1", relay, timeout=20) for _ in range(16)]
    started = time.monotonic()
    for number, connection in enumerate(connections):
        connection.request("GET", f"/{number}")
    answers = [connection.getresponse() for connection in connections]
    bodies = [answer.read() for answer in answers]
    seconds = time.monotonic() - started
    for connection in connections:
        connection.close()

    assert bodies == [BODY] * 16
    assert [answer.headers["X-Path"] for answer in answers] == [f"/{number}" for number in range(16)]
    assert MILLISECONDS / 1000 <= seconds < 16 * MILLISECONDS / 1000


def test_a_request_in_two_pieces_is_held_back_once_and_arrives_whole(relay: int) -> None:
    with socket.create_connection(("127.0.0.1", relay), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(b"GET /pieces HTTP/1.1\r\nHo")
        time.sleep(0.01)
        connection.sendall(b"st: here\r\n\r\n")
        answer = http.client.HTTPResponse(connection)
        answer.begin()

        assert (answer.status, answer.headers["X-Path"]) == (200, "/pieces")
        assert answer.read() == BODY
