"""A private index, pip.conf, proxy and CA bundle: used by the build, and nowhere to be found afterwards."""

from __future__ import annotations

import base64
import io
import os
import shutil
import ssl
import threading
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from airflow_ecs_image.context import network_settings
from airflow_ecs_image.engine import containers, images
from airflow_ecs_image.errors import BuildFailed

from .bridge import bridge_address
from .traces import traces
from .worker_images import DEFAULT_NAME, WorkerImage, build_project, source_pairs

AIRFLOW, PYTHON = source_pairs()[DEFAULT_NAME]
PACKAGE = "kept_to_ourselves"
USER, PASSWORD = "canary-user-4c1f", "canary-password-8e2d"
BUNDLE_COMMENT, PROXY_PASSWORD = "canary-bundle-77aa", "canary-proxy-90bc"
CANARIES = (USER, PASSWORD, BUNDLE_COMMENT, PROXY_PASSWORD)


@dataclass
class PrivateIndex:
    """An index (PEP 503) that serves one package to whoever knows the password; `served` are the paths it gave out."""

    version: str
    port: int = 0
    served: list[str] = field(default_factory=list)

    def url(self, password: str = PASSWORD) -> str:
        """The address with the credentials in it, as people write it."""
        return f"http://{USER}:{password}@{bridge_address()}:{self.port}/simple/"

    @property
    def wheel_name(self) -> str:
        """The one file of the package."""
        return f"{PACKAGE}-{self.version}-py3-none-any.whl"

    def wheel(self) -> bytes:
        """A wheel with one module, which knows its version."""
        content = io.BytesIO()
        information = f"{PACKAGE}-{self.version}.dist-info"
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr(f"{PACKAGE}.py", f"VERSION = {self.version!r}\n")
            archive.writestr(
                f"{information}/METADATA",
                f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {self.version}\n",
            )
            archive.writestr(
                f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{information}/RECORD", "")
        return content.getvalue()


@pytest.fixture
def index() -> Iterator[PrivateIndex]:
    """An index whose package has a version of its own, so that BuildKit's cache cannot know it yet."""
    private = PrivateIndex(version=f"1.{uuid.uuid4().int % 10**9}")
    expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    pages = {
        f"/simple/{PACKAGE.replace('_', '-')}/": (
            f'<!DOCTYPE html><a href="/files/{private.wheel_name}">{private.wheel_name}</a>'.encode(),
            "text/html",
        ),
        f"/files/{private.wheel_name}": (private.wheel(), "application/octet-stream"),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") != expected:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="index"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content, kind = pages.get(self.path, (b"", "text/plain"))
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "GET" and content:
                self.wfile.write(content)
                private.served.append(self.path)

        do_HEAD = do_GET  # noqa: N815 - the name that the base class looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Say nothing."""

    with ThreadingHTTPServer((bridge_address(), 0), Handler) as server:
        private.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield private
        server.shutdown()
        thread.join()


@pytest.fixture
def private_project(project: Path, index: PrivateIndex, tmp_path: Path) -> Path:
    """A project that needs the private package, and a CA bundle that one can recognise."""
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    (tmp_path / "requirements.txt").write_text(f"{PACKAGE}=={index.version}\n", encoding="utf-8")
    known = network_settings(os.environ).ca_bundle or ssl.get_default_verify_paths().cafile
    certificates = Path(known).read_text(encoding="utf-8") if known else ""
    (tmp_path / "corporate.pem").write_text(f"# {BUNDLE_COMMENT}\n{certificates}", encoding="utf-8")
    return tmp_path


def build_privately(folder: Path, shown: io.StringIO, **values: str) -> WorkerImage:
    return build_project(
        folder,
        tag="private-index",
        shown=shown,
        base="source",
        airflow_version=AIRFLOW,
        python_version=PYTHON,
        ca_bundle="corporate.pem",
        **values,
    )


@pytest.fixture
def proxy_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that must be forwarded to the build, and that the index is excepted from."""
    for name in ("HTTP_PROXY", "NO_PROXY", "PIP_EXTRA_INDEX_URL", "UV_INDEX"):
        monkeypatch.delenv(name.lower(), raising=False)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", f"http://proxy-user:{PROXY_PASSWORD}@proxy.invalid:3128")
    monkeypatch.setenv("NO_PROXY", bridge_address())


@pytest.mark.usefixtures("proxy_in_the_environment")
@pytest.mark.parametrize("way", ["PIP_EXTRA_INDEX_URL", "UV_INDEX", "pip.conf"])
def test_a_private_index_serves_the_build_and_leaves_no_trace(
    way: str, index: PrivateIndex, private_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    values: dict[str, str] = {}
    if way == "pip.conf":
        (private_project / "pip.conf").write_text(f"[global]\nextra-index-url = {index.url()}\n")
        values["pip_conf"] = "pip.conf"
    else:
        monkeypatch.setenv(way, index.url())

    image = build_privately(private_project, shown, **values)
    try:
        module = f"import {PACKAGE}; print({PACKAGE}.VERSION)"
        assert containers.run(image.tag, ["python", "-c", module]).stdout.strip() == index.version
        assert f"/files/{index.wheel_name}" in index.served
        # The version is found, so what is not found is not there.
        assert traces(image.tag, {*CANARIES, index.version}) == {index.version}
        assert not [canary for canary in CANARIES if canary in shown.getvalue()]
    finally:
        images.remove(image.tag, force=True)


@pytest.mark.usefixtures("proxy_in_the_environment")
def test_an_index_that_refuses_the_password_is_named_without_it(
    index: PrivateIndex, private_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", index.url("canary-wrong-13ef"))

    with pytest.raises(BuildFailed, match="package index refuses the credentials") as raised:
        build_privately(private_project, shown)

    error = raised.value
    said = " ".join([str(error), *error.details, str(error.mend), shown.getvalue()])
    assert index.served == []
    assert "--pip-conf" in said
    assert not [canary for canary in (*CANARIES, "canary-wrong-13ef") if canary in said]
