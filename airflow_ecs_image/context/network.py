"""How this machine reaches package indexes: forwarded to the build as secrets, so that no layer holds any of it."""

from __future__ import annotations

import configparser
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
_UV_INDEXES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS")
_CA_BUNDLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class NetworkSettings:
    """`variables` is a text of shell assignments, empty when there are none; `ca_bundle` is a file of this machine."""

    variables: str = field(repr=False)
    ca_bundle: Path | None
    ignored: tuple[str, ...] = ()


def network_settings(
    environment: Mapping[str, str],
    *,
    pip_conf: Path | None = None,
    ca_bundle: Path | None = None,
    home: Path | None = None,
) -> NetworkSettings:
    """What pip and uv of the build have to know: index, proxy, CA bundle.

    Read, first hit wins: the given files, the environment (PIP_*, UV_*, proxies), pip's own configuration files.
    Indexes that are folders of this machine cannot be reached from a build: they are named in `ignored`.
    """
    pip = {
        **_pip_configuration(_pip_files(environment, pip_conf, home or Path.home())),
        **_pip_variables(environment),
    }
    if pip_conf is not None:
        pip.update(_pip_configuration([pip_conf]))
    ignored: list[str] = []
    index = _remote_only(pip.get("index-url", ""), ignored)
    extra = _remote_only(pip.get("extra-index-url", ""), ignored)
    links = _remote_only(pip.get("find-links", ""), ignored)
    hosts = pip.get("trusted-host", "").split()
    variables = {
        "PIP_INDEX_URL": index,
        "PIP_EXTRA_INDEX_URL": extra,
        "PIP_FIND_LINKS": links,
        "PIP_TRUSTED_HOST": " ".join(hosts),
        "UV_DEFAULT_INDEX": index,
        "UV_INDEX": extra,
        "UV_FIND_LINKS": links.replace(" ", ","),
        "UV_INSECURE_HOST": " ".join(hosts),
    }
    variables.update({name: environment[name] for name in _UV_INDEXES if environment.get(name)})
    for name in _PROXIES:
        value = environment.get(name) or environment.get(name.lower()) or ""
        variables |= {name: value, name.lower(): value}
    text = "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items() if value)
    return NetworkSettings(text, _ca_bundle(environment, ca_bundle, pip.get("cert")), tuple(ignored))


def _pip_files(environment: Mapping[str, str], given: Path | None, home: Path) -> list[Path]:
    """pip's files, the strongest last (pip documentation, Configuration)."""
    named = environment.get("PIP_CONFIG_FILE")
    files = [Path("/etc/pip.conf"), home / ".pip/pip.conf", home / ".config/pip/pip.conf"]
    return [*files, *([Path(named)] if named else []), *([given] if given else [])]


def _pip_configuration(files: list[Path]) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    for file in files:
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
    found: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            found.update({name: " ".join(value.split()) for name, value in parser.items(section)})
    return found


def _pip_variables(environment: Mapping[str, str]) -> dict[str, str]:
    names = ("index-url", "extra-index-url", "find-links", "trusted-host", "cert")
    variables = {name: environment.get("PIP_" + name.upper().replace("-", "_")) for name in names}
    return {name: value for name, value in variables.items() if value}


def _remote_only(addresses: str, ignored: list[str]) -> str:
    remote = []
    for address in addresses.split():
        if urlsplit(address).scheme in {"http", "https"}:
            remote.append(address)
        else:
            ignored.append(address)
    return " ".join(remote)


def _ca_bundle(environment: Mapping[str, str], given: Path | None, of_pip: str | None) -> Path | None:
    candidates = [str(given) if given else None, of_pip, *(environment.get(name) for name in _CA_BUNDLES)]
    return next((Path(name) for name in candidates if name and Path(name).is_file()), None)
