"""HTTP over the endpoint's rooms: a thread per connection, connections kept open as boto3 wants them."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .defects import log_defect

_log = logging.getLogger(__name__)
_MOST_BODY = 4 * 1024 * 1024
_IDLE_SECONDS = 300
_LONGEST_PATH = 200


@dataclass(frozen=True)
class Request:
    """One request; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """One answer; `note` is what the log says of it beside path and status: never anything of a body."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


Application = Callable[[Request], Answer]


def json_answer(content: Any, *, status: int = 200, note: str = "") -> Answer:
    """An answer that is a JSON document."""
    return Answer(status, json.dumps(content).encode(), note=note)


class Server(ThreadingHTTPServer):
    """Serves one application on all addresses at a port; 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, application: Application, port: int) -> None:
        self.application = application
        super().__init__(("0.0.0.0", port), _Handler)  # noqa: S104 - it stands in a network of its own

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """A client that went away is nothing to tell; the rest is told without what was sent."""
        _log.debug("a connection of %s broke off", client_address[0])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ecs-endpoint"
    sys_version = ""
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    server: Server

    def _serve(self) -> None:
        began = time.monotonic()
        length = self.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _MOST_BODY:
            self.close_connection = True
            self._write(Answer(413, b""))
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, self.rfile.read(int(length)))
        try:
            answer = self.server.application(request)
        except Exception as error:  # noqa: BLE001 - a defect here must not end the server, nor show what was sent
            log_defect(_log, request.method, error)
            answer = json_answer({"__type": "ServerException", "message": "internal error"}, status=500)
        milliseconds = (time.monotonic() - began) * 1000
        # The id of a task's credentials is all that it takes to have them.
        shown = path if len(path) < _LONGEST_PATH and not path.startswith("/v2/") else path[:4]
        # Before the answer: who has one finds its line, even if the program ends at once.
        _log.info("%s %s %d %.1f ms %s", request.method, shown, answer.status, milliseconds, answer.note)
        self._write(answer)

    do_GET = do_POST = do_PUT = do_HEAD = _serve  # noqa: N815 - the names that http.server looks for

    def _write(self, answer: Answer) -> None:
        """In one piece: two would wait for each other's acknowledgement."""
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        head = b"".join(self._headers_buffer) + b"\r\n"
        self._headers_buffer: list[bytes] = []
        self.wfile.write(head + (b"" if self.command == "HEAD" else answer.body))

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Nothing: the line of a request is written by _serve."""
