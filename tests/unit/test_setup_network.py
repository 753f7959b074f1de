"""Whether a place answers, and that no credential of its address is ever shown."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from airflow_ecs_image.setup.network import debian_mirror, package_index, proxies, shown


class Refusing(BaseHTTPRequestHandler):
    """An index that wants credentials, and must not be sent those of the address."""

    seen: list[str | None]

    def do_HEAD(self) -> None:
        Refusing.seen.append(self.headers.get("Authorization"))
        self.send_error(401)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    Refusing.seen = []
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def closed_port(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def test_any_answer_counts_and_credentials_stay_here(server: HTTPServer) -> None:
    reach = package_index({"PIP_INDEX_URL": f"http://user:secret@127.0.0.1:{server.server_port}/simple"})
    assert reach.answers
    assert reach.place == f"127.0.0.1:{server.server_port}"
    assert Refusing.seen == [None]


def test_no_answer_says_why_without_the_credentials(closed_port: int) -> None:
    reach = package_index({"UV_INDEX_URL": f"http://user:secret@127.0.0.1:{closed_port}/simple"})
    assert not reach.answers
    assert "refused" in str(reach.problem)
    assert "secret" not in str(reach)


def test_a_mirror_that_is_down_is_a_finding_and_no_error(closed_port: int) -> None:
    assert not debian_mirror(f"http://127.0.0.1:{closed_port}/debian").answers


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("http://user:secret@proxy.example:3128/", "proxy.example:3128"),
        ("proxy.example:3128", "proxy.example:3128"),
        ("user:secret@proxy.example:3128", "proxy.example:3128"),
    ],
)
def test_addresses_are_shown_without_credentials(address: str, place: str) -> None:
    assert shown(address) == place
    assert proxies({"HTTPS_PROXY": address, "http_proxy": ""}) == {"HTTPS_PROXY": place}
