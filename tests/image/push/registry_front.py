"""A server in front of a registry that answers in its place what ECR answers, or breaks off."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_BLOCK = 1 << 16


@dataclass(frozen=True)
class Answer:
    """Given instead of the registry's own; `status` 0 closes the connection without a word."""

    status: int
    code: str = ""
    message: str = ""

    @property
    def body(self) -> bytes:
        return json.dumps({"errors": [{"code": self.code, "message": self.message}]}).encode()


@dataclass(frozen=True)
class Request:
    """`password` is that of the login it came with, empty without one."""

    method: str
    path: str
    password: str

    @property
    def tag(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


Rule = Callable[[Request], Answer | None]


@dataclass
class Front:
    """A running server; the first rule that answers wins, else the registry does.

    `lost` counts the requests that met no registry.
    """

    address: str
    upstream: str
    lost: int = 0
    rules: list[Rule] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Answer | None:
        self.requests.append(request)
        return next((found for rule in self.rules if (found := rule(request))), None)

    def count(self, method: str, part: str) -> int:
        """How many requests of a method had this in their path."""
        return sum(request.method == method and part in request.path for request in self.requests)


@contextmanager
def registry_front(upstream: str) -> Iterator[Front]:
    """Serve on a free port of the loopback interface, in front of a `host:port`, until the end of the block."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    front = Front(f"127.0.0.1:{server.server_address[1]}", upstream)
    handler.front = front  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, name="registry-front", daemon=True)
    thread.start()
    try:
        yield front
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


# The rules.


def wants_token(accepted: Callable[[str], bool], expired: Callable[[str], bool]) -> Rule:
    """As ECR does: no login, an expired token (403, with these words), a wrong one, or the right one."""

    def rule(request: Request) -> Answer | None:
        if request.password and expired(request.password):
            return Answer(
                403, "DENIED", "Your authorization token has expired. Reauthenticate and try again."
            )
        if not accepted(request.password):
            return Answer(401, "UNAUTHORIZED", "Not Authorized")
        return None

    return rule


def has_no_repository(name: str) -> Rule:
    """As ECR does where there is no repository of that name."""
    message = f"The repository with name '{name}' does not exist in the registry with id '123456789012'"

    def rule(request: Request) -> Answer | None:
        return Answer(404, "NAME_UNKNOWN", message) if request.path.startswith(f"/v2/{name}/") else None

    return rule


def has_immutable(tag: str, name: str) -> Rule:
    """As ECR does when a manifest is put under a tag that may not move."""
    message = (
        f"The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten "
        "because the tag is immutable."
    )

    def rule(request: Request) -> Answer | None:
        return Answer(400, "TAG_INVALID", message) if (request.method, request.tag) == ("PUT", tag) else None

    return rule


def for_some_time(answer: Answer, times: int, method: str, part: str) -> Rule:
    """An answer to the first `times` requests of a method with this in their path."""
    left = [answer] * times

    def rule(request: Request) -> Answer | None:
        return left.pop() if left and request.method == method and part in request.path else None

    return rule


class _Handler(BaseHTTPRequestHandler):
    front: Front
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing is written."""

    def _serve(self) -> None:
        request = Request(self.command, self.path.partition("?")[0], self._password())
        answer = self.front.answer(request)
        if answer is None:
            self._forward()
        elif answer.status == 0:
            self.close_connection = True
        else:
            self._body_is_read()
            self.send_response(answer.status)
            if answer.status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="front",service="ecr.amazonaws.com"')
            self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names are the base's

    def _forward(self) -> None:
        host, port = self.front.upstream.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        own = ("transfer-encoding", "content-length", "connection", "authorization", "expect")
        headers = {name: value for name, value in self.headers.items() if name.lower() not in own}
        length = self.headers.get("Content-Length")
        if length is not None:
            headers["Content-Length"] = length
        try:
            body = self._body() if length or self._is_chunked() else None
            connection.request(
                self.command, self.path, body, headers, encode_chunked=body is not None and length is None
            )
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.front.lost += 1
            self.close_connection = True
            return
        finally:
            connection.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _is_chunked(self) -> bool:
        return "chunked" in self.headers.get("Transfer-Encoding", "")

    def _body(self) -> Iterator[bytes]:
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0 and (block := self.rfile.read(min(left, _BLOCK))):
            left -= len(block)
            yield block
        while self._is_chunked():
            size = int(self.rfile.readline().split(b";")[0] or b"0", 16)
            block = self.rfile.read(size)
            self.rfile.readline()
            if not size:
                return
            yield block

    def _body_is_read(self) -> None:
        for _ in self._body():
            pass

    def _password(self) -> str:
        kind, _, login = self.headers.get("Authorization", "").partition(" ")
        return base64.b64decode(login).decode().partition(":")[2] if kind.lower() == "basic" else ""
