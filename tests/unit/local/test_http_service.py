"""What goes wrong between this machine's processes is said in one line."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from airflow_ecs_image.errors import LocalServiceFailed
from airflow_ecs_image.local.http_service import HttpService, ServiceRefused

from .dag_run.recorded_airflow import Server, serve


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


def service(address: str) -> HttpService:
    return HttpService(address, "the endpoint", pause_seconds=0)


def test_nobody_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(
            LocalServiceFailed, match=f"the endpoint at {address} does not answer: Connection refused"
        ):
            service(address).json("GET", "/x")


def test_a_get_is_tried_again_after_an_error_of_the_server(server: Server) -> None:
    server.answer("GET", "/x", "busy", 503)
    server.answer("GET", "/x", '{"ok": true}')
    assert service(server.address).json("GET", "/x") == {"ok": True}


def test_a_post_is_not_tried_again(server: Server) -> None:
    server.answer("POST", "/x", "<h1>busy</h1>", 503)
    with pytest.raises(ServiceRefused, match="answers POST /x with 503: <h1>busy</h1>"):
        service(server.address).json("POST", "/x", body={})
    assert len(server.asked) == 1


def test_a_login_page_is_not_an_answer(server: Server) -> None:
    server.answer("GET", "/x", "", 302)
    server.answer("GET", "/login", "{}")
    with pytest.raises(ServiceRefused, match="with 302"):
        service(server.address).json("GET", "/x")


def test_a_page_is_not_an_answer(server: Server) -> None:
    server.answer("GET", "/x", "<html>")
    with pytest.raises(LocalServiceFailed, match="its answer to /x is not a JSON object"):
        service(server.address).json("GET", "/x")


def test_the_proxy_of_the_environment_is_for_elsewhere(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    server.answer("GET", "/x", "{}")
    assert service(server.address).json("GET", "/x") == {}


def test_a_long_refusal_is_cut(server: Server) -> None:
    server.answer("GET", "/x", "long " * 1000, 400)
    with pytest.raises(ServiceRefused) as caught:
        service(server.address).text("GET", "/x")
    assert len(caught.value.message) < 400
