"""Where credentials come from on AWS, as servers of a test: the container's endpoint of ECS, and instance metadata.

Standard library only and without the package around it, so that a container can run it: its source is the program,
one JSON document its argument, for example {"address": "169.254.170.2", "port": 80, "access_key": "…"}.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CONTAINER_PATH = "/v2/credentials/7f439dff"
ROLE = "role-of-the-instance"


@dataclass(frozen=True)
class Keys:
    """Temporary credentials, which run out so many seconds after they are given."""

    access_key: str
    secret_key: str
    token: str
    seconds: int = 3600

    def document(self) -> dict[str, str]:
        """As both servers write them."""
        ends = dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=self.seconds)  # noqa: UP017
        return {
            "AccessKeyId": self.access_key,
            "SecretAccessKey": self.secret_key,
            "Token": self.token,
            "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


@dataclass
class CredentialServer:
    """A running server. `asked` are methods and paths in order, and the status of each answer.

    `keys` may be replaced. `authorization` tells what the Authorization header of the container's endpoint has to
    be, or None where it is not looked at.
    """

    url: str
    keys: Keys
    authorization: Callable[[], str | None] = lambda: None
    asked: list[tuple[str, int]] = field(default_factory=list)
    _tokens: set[str] = field(default_factory=set)

    @property
    def container_url(self) -> str:
        """For AWS_CONTAINER_CREDENTIALS_FULL_URI."""
        return f"{self.url}{CONTAINER_PATH}"

    def answer(self, method: str, path: str, headers: Any) -> tuple[int, str]:
        """Status and body."""
        if (method, path) == ("GET", CONTAINER_PATH):
            return self._container(headers.get("Authorization"))
        if (method, path) == ("PUT", "/latest/api/token"):
            if not headers.get("X-aws-ec2-metadata-token-ttl-seconds"):
                return 400, ""
            self._tokens.add(token := secrets.token_urlsafe())
            return 200, token
        if method == "GET" and path.startswith("/latest/"):
            if headers.get("X-aws-ec2-metadata-token") not in self._tokens:
                return 401, ""
            return self._metadata(path.removeprefix("/latest"))
        return 404, ""

    def _container(self, authorization: str | None) -> tuple[int, str]:
        wanted = self.authorization()
        if wanted is not None and authorization != wanted:
            return 401, '{"message": "the authorization token is another"}'
        return 200, json.dumps({"RoleArn": "arn:aws:iam::123456789012:role/task", **self.keys.document()})

    def _metadata(self, path: str) -> tuple[int, str]:
        folder = "/meta-data/iam/security-credentials/"
        answers = {
            folder: ROLE,
            folder + ROLE: json.dumps({"Code": "Success", "Type": "AWS-HMAC", **self.keys.document()}),
            "/meta-data/placement/availability-zone/": "eu-central-1a",
        }
        return (200, answers[path]) if path in answers else (404, "")


@contextmanager
def credential_server(
    keys: Keys,
    authorization: Callable[[], str | None] = lambda: None,
    *,
    address: str = "127.0.0.1",
    port: int = 0,
) -> Iterator[CredentialServer]:
    """Run both on one port, until the end of the block."""
    served = CredentialServer("", keys, authorization)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, body = served.answer(self.command, self.path, self.headers)
            served.asked.append((f"{self.command} {self.path}", status))
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_PUT = do_GET  # noqa: N815 - the name that http.server wants

        def log_message(self, format: str, *words: Any) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    with Server((address, port), Handler) as listener:
        served.url = f"http://{address}:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, name="credentials", daemon=True)
        thread.start()
        try:
            yield served
        finally:
            listener.shutdown()
            thread.join()


def _main(settings: str) -> None:
    given = json.loads(settings)
    keys = Keys(given["access_key"], given["secret_key"], given["token"])
    with credential_server(keys, address=given["address"], port=given["port"]):
        threading.Event().wait()


if __name__ == "__main__":
    _main(sys.argv[1])
