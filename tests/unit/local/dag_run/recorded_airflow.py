"""A server that answers as a real Airflow did: the answers in `recorded/` are those of 3.3.2 and 2.11.2 to the same DAGs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

RECORDED = Path(__file__).parent / "recorded"


def recorded(major: int, name: str) -> str:
    """What one file holds."""
    return (RECORDED / f"airflow_{major}" / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Asked:
    """A request as the server got it."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: object
    headers: dict[str, str]


@dataclass
class Server:
    """`answers` are status and text by method and decoded path; a list is answered one after the other."""

    address: str
    answers: dict[tuple[str, str], list[tuple[int, str]]]
    asked: list[Asked] = field(default_factory=list)

    def answer(self, method: str, path: str, text: str, status: int = 200) -> None:
        """Answer so from now on, or after what was said before for the same."""
        self.answers.setdefault((method, path), []).append((status, text))


@contextmanager
def serve() -> Iterator[Server]:
    """A server without any answer yet."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            path = unquote(parts.path)
            server.asked.append(
                Asked(self.command, path, parse_qs(parts.query), body, dict(self.headers.items()))
            )
            left = server.answers.get((self.command, path), [(404, '{"detail": "not recorded"}')])
            status, text = left.pop(0) if len(left) > 1 else left[0]
            content = text.encode()
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", "/login")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = _any  # noqa: N815 - the names are http.server's

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server = Server(f"http://127.0.0.1:{http.server_address[1]}", {})
        thread = Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
