"""How this machine reaches package indexes: forwarded to the build as secrets, so that no layer holds any of it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from airflow_ecs_image.context.pip_configuration import (
    files_configuration,
    given_configuration,
    variables_configuration,
)
from airflow_ecs_image.errors import SpecError

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
_CA_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# The credentials of an index that UV_INDEX gives a name.
_INDEX_CREDENTIAL = re.compile(r"UV_INDEX_[A-Z0-9_]+_(?:USERNAME|PASSWORD)")
_INDEX_NAME = re.compile(r"^[A-Za-z0-9_.-]+=(?=[a-z]+:)")
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")


@dataclass(frozen=True)
class NetworkSettings:
    """`variables` is a text of shell assignments, empty when there are none; `ca_bundle` is a file of this machine.

    `ignored` are the indexes that a build cannot reach, such as folders of this machine, without their credentials.
    """

    variables: str = field(repr=False)
    ca_bundle: Path | None
    ignored: tuple[str, ...] = ()


def network_settings(
    environment: Mapping[str, str],
    *,
    pip_conf: Path | None = None,
    ca_bundle: Path | None = None,
    home: Path | None = None,
    root: Path = Path("/"),
) -> NetworkSettings:
    """What pip and uv of the build have to know: index, proxy, CA bundle.

    First comes what the given files say, then the variables of each of the two tools, then those of the other, then
    pip's configuration files below `home` and `root`. Raises SpecError for a given file that cannot be read.
    """
    given = given_configuration(pip_conf) if pip_conf is not None else {}
    pip, uv = variables_configuration(environment), _uv_variables(environment)
    files = files_configuration(environment, home=home or Path.home(), root=root)
    for_pip, for_uv = files | uv | pip | given, files | pip | uv | given
    ignored: list[str] = []
    variables: dict[str, str] = {}
    for name, pip_name, uv_name, separator in (
        ("index-url", "PIP_INDEX_URL", "UV_DEFAULT_INDEX", " "),
        ("extra-index-url", "PIP_EXTRA_INDEX_URL", "UV_INDEX", " "),
        ("find-links", "PIP_FIND_LINKS", "UV_FIND_LINKS", ","),
    ):
        pip_addresses = _remote(for_pip.get(name, ""), ignored)
        variables[pip_name] = " ".join(_INDEX_NAME.sub("", each) for each in pip_addresses)
        variables[uv_name] = separator.join(_remote(for_uv.get(name, ""), ignored))
    variables["PIP_TRUSTED_HOST"] = for_pip.get("trusted-host", "")
    variables["UV_INSECURE_HOST"] = for_uv.get("trusted-host", "")
    variables |= {name: value for name, value in environment.items() if _INDEX_CREDENTIAL.fullmatch(name)}
    variables |= _proxies(environment, for_pip.get("proxy", ""))
    text = "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items() if value)
    bundle = _ca_bundle(environment, ca_bundle, for_pip.get("cert", ""))
    return NetworkSettings(text, bundle, tuple(dict.fromkeys(ignored)))


def _uv_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """uv's variables under the names of pip's options; its older names still count."""
    values = {
        "index-url": environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL"),
        "extra-index-url": " ".join(
            filter(None, (environment.get("UV_INDEX"), environment.get("UV_EXTRA_INDEX_URL")))
        ),
        "find-links": environment.get("UV_FIND_LINKS", "").replace(",", " "),
        "trusted-host": environment.get("UV_INSECURE_HOST"),
    }
    return {name: " ".join(value.split()) for name, value in values.items() if value and value.strip()}


def _remote(addresses: str, ignored: list[str]) -> list[str]:
    remote: list[str] = []
    for address in addresses.split():
        try:
            is_remote = urlsplit(_INDEX_NAME.sub("", address)).scheme in {"http", "https"}
        except ValueError:
            is_remote = False
        (remote if is_remote else ignored).append(address if is_remote else _LOGIN.sub("***@", address))
    return remote


def _proxies(environment: Mapping[str, str], of_pip: str) -> dict[str, str]:
    """The proxies in both spellings, because programs differ in which they read."""
    values = {name: environment.get(name) or environment.get(name.lower()) or "" for name in _PROXIES}
    if of_pip and not values["HTTP_PROXY"] and not values["HTTPS_PROXY"]:
        values |= {"HTTP_PROXY": of_pip, "HTTPS_PROXY": of_pip}
    return values | {name.lower(): value for name, value in values.items()}


def _ca_bundle(environment: Mapping[str, str], given: Path | None, of_pip: str) -> Path | None:
    if given is not None:
        if not given.is_file():
            raise SpecError(f"ca_bundle: {given} is not a file", mend="correct the path")
        return given
    candidates = (of_pip, *(environment.get(name, "") for name in _CA_BUNDLES))
    paths = (Path(name).expanduser() for name in candidates if name)
    return next((path for path in paths if path.is_file()), None)
