"""The one way in which a DAG run's followers speak HTTP: to Airflow's API and to the endpoint, on this machine."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from airflow_ecs_image.errors import LocalServiceFailed

_SECONDS = 30.0
_ATTEMPTS = 4
_PAUSE_SECONDS = 0.5
_LONGEST_DETAIL = 300

# A proxy of the environment is for the way out, never for 127.0.0.1. A redirect would be one to a login page.
_NO_PROXY = ProxyHandler({})


class ServiceRefused(LocalServiceFailed):
    """The service answered, and not with success; `status` is HTTP's."""

    def __init__(self, message: str, *, status: int, mend: str | None = None) -> None:
        super().__init__(message, mend=mend)
        self.status = status


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class HttpService:
    """A service at an address such as `http://127.0.0.1:32768`; `name` is what it is called in messages."""

    def __init__(self, address: str, name: str, *, pause_seconds: float = _PAUSE_SECONDS) -> None:
        self.address = address.rstrip("/")
        self.name = name
        self._pause_seconds = pause_seconds
        self._opener = build_opener(_NO_PROXY, _NoRedirects())

    def json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        """Ask and return the answer's JSON object. Raises LocalServiceFailed, ServiceRefused for an HTTP error."""
        text = self.text(method, path, query=query, body=body, headers=headers)
        try:
            content = json.loads(text or "{}")
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise LocalServiceFailed(
                f"{self.name} at {self.address}: its answer to {path} is not a JSON object"
            )
        return content

    def text(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Ask and return the answer's text; a GET is tried again when the connection breaks off."""
        url = f"{self.address}{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        every = {"Accept": "application/json", **(headers or {})}
        if data is not None:
            every["Content-Type"] = "application/json"
        attempts = _ATTEMPTS if method == "GET" else 1
        while True:
            attempts -= 1
            request = Request(url, data=data, headers=every, method=method)  # noqa: S310 - an address of this machine
            try:
                with self._opener.open(request, timeout=_SECONDS) as answer:
                    content: bytes = answer.read()
                    return content.decode(errors="replace")
            except HTTPError as error:
                with error:
                    detail = error.read().decode(errors="replace")
                if error.code >= 500 and attempts > 0:
                    time.sleep(self._pause_seconds)
                    continue
                raise ServiceRefused(
                    f"{self.name} answers {method} {path} with {error.code}: {_detail(detail)}",
                    status=error.code,
                ) from None
            except (URLError, http.client.HTTPException, OSError) as error:
                if attempts > 0:
                    time.sleep(self._pause_seconds)
                    continue
                raise LocalServiceFailed(
                    f"{self.name} at {self.address} does not answer: {_reason(error)}",
                    mend="python build.py local ps says what runs; local logs what it wrote",
                ) from None


def _detail(text: str) -> str:
    """What the answer says for people: FastAPI's and Connexion's `detail`, else its beginning."""
    try:
        content = json.loads(text)
    except ValueError:
        content = text
    if isinstance(content, dict):
        content = content.get("detail") or content.get("title") or content
    return " ".join(str(content).split())[:_LONGEST_DETAIL] or "no reason given"


def _reason(error: BaseException) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return str(reason) or type(reason).__name__
