"""The engine's HTTP API on its unix socket (Docker Engine API reference, v1.41 and later)."""

from __future__ import annotations

import http
import http.client
import json
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

_LEAST_VERSION = (1, 41)
_MOST_VERSION = (1, 47)
"""As far as the calls here are known to mean the same."""
_SECONDS = 120.0


class EngineError(Exception):
    """The engine refused: `status` is HTTP's, the message is its own."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class EngineFacts:
    """What limits its containers."""

    cpus: int
    architecture: str


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float | None) -> None:
        super().__init__("docker", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class EngineApi:
    """Calls of the engine; they raise EngineError, or OSError when it does not answer."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._version = ""

    def facts(self) -> EngineFacts:
        """Its processors."""
        info = self._call("GET", "/info")
        return EngineFacts(int(info["NCPU"]), str(info["Architecture"]))

    def create(self, name: str, body: Mapping[str, Any]) -> str:
        """Make a container and return its id; the one of that name when it is there already."""
        try:
            made = self._call("POST", f"/containers/create?{urlencode({'name': name})}", body)
        except EngineError as error:
            if error.status != http.HTTPStatus.CONFLICT:
                raise
            return str(self.inspect(name)["Id"])
        return str(made["Id"])

    def start(self, container: str) -> None:
        """Start a container; nothing happens when it runs."""
        self._call("POST", f"/containers/{quote(container)}/start")

    def stop(self, container: str, seconds: int) -> None:
        """SIGTERM, and after so many seconds SIGKILL; returns when it has ended."""
        self._call("POST", f"/containers/{quote(container)}/stop?t={seconds}", timeout=seconds + _SECONDS)

    def remove(self, container: str) -> None:
        """Remove a container, running or not, with its anonymous volumes, if it is there."""
        self._call_if_there("DELETE", f"/containers/{quote(container)}?force=1&v=1")

    def remove_volume(self, name: str) -> None:
        """Remove a volume, if it is there."""
        self._call_if_there("DELETE", f"/volumes/{quote(name)}?force=1")

    def create_volume(self, name: str, labels: Mapping[str, str]) -> None:
        """Make a volume; nothing happens when it is there."""
        self._call("POST", "/volumes/create", {"Name": name, "Labels": dict(labels)})

    def inspect(self, container: str) -> dict[str, Any]:
        """All about a container."""
        found: dict[str, Any] = self._call("GET", f"/containers/{quote(container)}/json")
        return found

    def image(self, reference: str) -> dict[str, Any]:
        """All about an image of the engine's store."""
        found: dict[str, Any] = self._call("GET", f"/images/{quote(reference, safe='/:@')}/json")
        return found

    def containers(self, labels: Mapping[str, str]) -> list[dict[str, Any]]:
        """The containers with these labels, whatever their state; an empty value takes any."""
        wanted = [f"{name}={value}" if value else name for name, value in labels.items()]
        query = urlencode({"all": "1", "filters": json.dumps({"label": wanted})})
        found: list[dict[str, Any]] = self._call("GET", f"/containers/json?{query}")
        return found

    def stats(self, container: str) -> dict[str, Any]:
        """One reading of the statistics of a container."""
        found: dict[str, Any] = self._call("GET", f"/containers/{quote(container)}/stats?stream=0&one-shot=1")
        return found

    def log(self, container: str) -> bytes:
        """The output of a container so far, each line after its time."""
        query = "stdout=1&stderr=1&timestamps=1"
        connection, response = self._open(
            "GET", f"/containers/{quote(container)}/logs?{query}", timeout=_SECONDS
        )
        try:
            return b"".join(frames(response.read()))
        finally:
            connection.close()

    def events(
        self, labels: Mapping[str, str], since: float, kinds: tuple[str, ...]
    ) -> Iterator[dict[str, Any]]:
        """The events of containers with these labels, as they come; ends, or raises OSError, with the stream."""
        wanted = [f"{name}={value}" if value else name for name, value in labels.items()]
        filters = {"type": ["container"], "event": list(kinds), "label": wanted}
        query = urlencode({"since": f"{since:.6f}", "filters": json.dumps(filters)})
        connection, response = self._open("GET", f"/events?{query}", timeout=None)
        try:
            while line := response.readline():
                yield json.loads(line)
        finally:
            connection.close()

    def _call_if_there(self, method: str, path: str) -> None:
        try:
            self._call(method, path)
        except EngineError as error:
            if error.status != http.HTTPStatus.NOT_FOUND:
                raise

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, timeout: float = _SECONDS
    ) -> Any:
        connection, response = self._open(method, path, body, timeout=timeout)
        try:
            content = response.read()
        finally:
            connection.close()
        return json.loads(content) if content.strip() else None

    def _open(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, timeout: float | None
    ) -> tuple[_UnixConnection, http.client.HTTPResponse]:
        if not self._version:
            self._version = self._negotiated()
        return self._send(method, f"/v{self._version}{path}", body, timeout)

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, timeout: float | None
    ) -> tuple[_UnixConnection, http.client.HTTPResponse]:
        connection = _UnixConnection(self._path, timeout)
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json"} if content else {})
            response = connection.getresponse()
            if response.status < http.HTTPStatus.BAD_REQUEST:
                return connection, response
            refused = _message(response.read())
        except BaseException:
            connection.close()
            raise
        connection.close()
        raise EngineError(response.status, refused)

    def _negotiated(self) -> str:
        connection, response = self._send("GET", "/version", None, _SECONDS)
        try:
            version = json.loads(response.read())
        finally:
            connection.close()
        newest = min(_numbers(version["ApiVersion"]), _MOST_VERSION)
        if newest < _LEAST_VERSION:
            raise EngineError(0, f"the engine's API is {version['ApiVersion']}; 1.41 or later is needed")
        return ".".join(map(str, max(newest, _numbers(version.get("MinAPIVersion", "1.24")))))


def frames(content: bytes) -> Iterator[bytes]:
    """The pieces of an output that holds stdout and stderr in turns (API reference, "Stream format")."""
    position = 0
    while position + 8 <= len(content):
        length = int.from_bytes(content[position + 4 : position + 8], "big")
        yield content[position + 8 : position + 8 + length]
        position += 8 + length


def _message(content: bytes) -> str:
    try:
        return str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        return content.decode(errors="replace")[:500]


def _numbers(version: str) -> tuple[int, int]:
    major, minor = re.findall(r"\d+", version)[:2]
    return int(major), int(minor)
