"""A worker reads the certificates of all authorities when it speaks TLS, by the function that Airflow has for it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.s3.certificates import Authority

from .start import AIRFLOW_3, install, python, write

# The shape of Airflow's client: a cached function of the class makes the context.
_CLIENT = """
import ssl
from functools import lru_cache

class Client:
    @lru_cache()
    @staticmethod
    def _get_ssl_context_cached(ca_file=None, ca_path=None):
        print("certificates are read")
        context = ssl.create_default_context(cafile=ca_file)
        if ca_path:
            context.load_verify_locations(ca_path)
        return context

    def __init__(self, ca_file=None, ca_path=None):
        self.context = type(self)._get_ssl_context_cached(ca_file, ca_path)
"""
_CONNECT = """
import socket
def connect(context, port):
    context.set_alpn_protocols(["http/1.1"])
    with socket.create_connection(("127.0.0.1", port)) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
            return connection.recv(5).decode()
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    packages = tmp_path / "packages"
    install(packages, "certificates")
    write(packages, "airflow/sdk/api/client.py", _CLIENT)
    write(packages, "connect.py", _CONNECT)
    return packages


def said(packages: Path, program: str) -> list[str]:
    """What the worker command says that does this."""
    text = f"import ssl\nfrom airflow.sdk.api.client import Client\n{program}"
    write(packages, "airflow/sdk/execution_time/execute_workload.py", text)
    return python(packages, *AIRFLOW_3)


@contextmanager
def server(context: ssl.SSLContext) -> Iterator[int]:
    """A server that greets whoever trusts it; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                except OSError:
                    return
                with plain:
                    try:
                        with context.wrap_socket(plain, server_side=True) as connection:
                            connection.sendall(b"hello")
                    except OSError:
                        continue

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def test_who_speaks_no_tls_reads_none(packages: Path) -> None:
    assert said(packages, "print(isinstance(Client().context, ssl.SSLContext))") == ["True"]


def test_to_ask_what_it_is_reads_none(packages: Path) -> None:
    """As httpx 0.28 does of what it is given."""
    program = (
        "context = Client().context\nprint(isinstance(context, str), context is True, type(context) is str)"
    )
    assert said(packages, program) == ["False False False"]


def test_who_speaks_tls_reads_them_once(
    packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    # What OpenSSL takes for the certificates of the system.
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    with server(authority.server(["127.0.0.1"])) as port:
        program = f"from connect import connect\nprint(connect(Client().context, {port}), connect(Client().context, {port}))"
        assert said(packages, program) == ["certificates are read", "hello hello"]


def test_a_server_of_another_authority_is_refused(
    packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path, "trusted").bundle))
    with server(Authority(tmp_path, "other").server(["127.0.0.1"])) as port:
        program = (
            f"from connect import connect\ntry:\n    connect(Client().context, {port})\n"
            "except ssl.SSLCertVerificationError:\n    print('refused')"
        )
        assert said(packages, program) == ["certificates are read", "refused"]


def test_what_is_set_and_asked_is_that_of_the_real_one(packages: Path) -> None:
    program = (
        "context = Client().context\ncontext.check_hostname = False\ncontext.verify_mode = ssl.CERT_NONE\n"
        "print(context.verify_mode.name, context.get_ca_certs() == ssl.create_default_context().get_ca_certs())"
    )
    assert said(packages, program) == ["certificates are read", "CERT_NONE True"]


@pytest.mark.parametrize("word", ["ca_file", "ca_path"])
def test_certificates_of_the_configuration_are_read_at_once(packages: Path, word: str) -> None:
    program = f"try:\n    Client({word}='/no/such/file')\nexcept FileNotFoundError:\n    print('missing')"
    assert said(packages, program) == ["certificates are read", "missing"]
