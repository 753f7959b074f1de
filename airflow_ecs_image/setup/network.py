"""Which of the places that a build downloads from can be reached, and through what."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

from airflow_ecs_image.context.pip_configuration import files_configuration
from airflow_ecs_image.engine.remote import registry_host, remote
from airflow_ecs_image.errors import BaseUnavailable, EngineUnavailable, ToolkitError
from airflow_ecs_image.setup.packages import DEFAULT_DEBIAN_MIRROR
from airflow_ecs_image.versions import load_versions

PATIENCE_SECONDS = 5
DEFAULT_PACKAGE_INDEX = "https://pypi.org/simple"

_REGISTRY_SUITE = "trixie"
_PACKAGE_INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
_BUNDLE_VARIABLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


@dataclass(frozen=True)
class Reach:
    """Whether a place answers: `place` is its host, `problem` why it does not."""

    place: str
    problem: str | None = None

    @property
    def answers(self) -> bool:
        """True when it does."""
        return self.problem is None


def package_index(environment: Mapping[str, str] = os.environ) -> Reach:
    """Whether the Python package index answers, the one that uv or pip is configured for, or PyPI."""
    named = (environment.get(name) for name in _PACKAGE_INDEX_VARIABLES)
    of_pip = files_configuration(environment, home=Path.home(), root=Path("/")).get("index-url")
    address = next(filter(None, named), None) or of_pip or DEFAULT_PACKAGE_INDEX
    return _reach(address.rstrip("/") + "/pip/")


def debian_mirror(address: str = DEFAULT_DEBIAN_MIRROR) -> Reach:
    """Whether that Debian mirror answers."""
    return _reach(address.rstrip("/") + "/dists/trixie/InRelease")


def container_registry() -> Reach:
    """Whether the registry of the base images answers, asked by the engine's own client and its proxy settings."""
    reference = load_versions().debian[_REGISTRY_SUITE].reference
    place = registry_host(reference)
    try:
        remote(reference, "linux/amd64", timeout=PATIENCE_SECONDS)
    except BaseUnavailable as error:
        return Reach(place, error.message.rpartition("cannot be reached: ")[2])
    except EngineUnavailable as error:
        return Reach(place, error.message)
    except ToolkitError:
        # It answered, though not with this image.
        return Reach(place)
    return Reach(place)


def ca_bundles(environment: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """The variables that name a CA bundle, and the files they name."""
    return {name: Path(environment[name]) for name in _BUNDLE_VARIABLES if environment.get(name)}


def proxies(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The proxy variables, and host and port of each: user and password stay out."""
    return {name: shown(environment[name]) for name in _PROXY_VARIABLES if environment.get(name)}


def shown(address: str) -> str:
    """An address without user, password, path and query, as it may be printed."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    return parts.netloc.rpartition("@")[2]


def _reach(address: str) -> Reach:
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(SplitResult(parts.scheme, place, parts.path, "", ""))
    if parts.scheme not in {"http", "https"}:
        return Reach(place or address) if Path(parts.path).exists() else Reach(address, "no such folder")
    request = urllib.request.Request(  # noqa: S310 -- only http and https come this far
        bare, method="HEAD", headers={"User-Agent": "airflow-ecs-image"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):  # noqa: S310
            return Reach(place)
    except urllib.error.HTTPError:
        # Any answer proves that it can be reached; credentials were left out on purpose.
        return Reach(place)
    except urllib.error.URLError as error:
        return Reach(place, str(error.reason))
    except (OSError, ValueError) as error:
        return Reach(place, str(error))
