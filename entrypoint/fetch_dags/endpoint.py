"""Where a bucket is: the address of S3 in a region, or the endpoint of the environment (AWS SDK reference, "Service-specific
endpoints"); with the bucket in the host name, or in the path.
"""

from __future__ import annotations

from .failures import WRONG_SETTING, Failure
from .quoting import quoted_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_REGION = "us-east-1"
"""Any region answers with the right one in x-amz-bucket-region."""

# botocore/data/partitions.json, dnsSuffix; tests/fetch/test_endpoint.py compares every region.
_SUFFIXES = {
    "cn-": "amazonaws.com.cn",
    "eu-isoe-": "cloud.adc-e.uk",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "us-isof-": "csp.hci.ic.gov",
}
_HOST_LABELS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class Url:
    """The part of a URL before its path, and the path without a slash at its end. `login` is user:password, or empty."""

    __slots__ = ("host", "login", "path", "port", "scheme")

    def __init__(self, scheme: str, host: str, port: int, path: str = "", login: str = "") -> None:
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.login = login

    @property
    def authority(self) -> str:
        """Host, and port where it is not the usual one: the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _usual_port(self.scheme) else f"{host}:{self.port}"


def parse_url(text: str, name: str, *, login_allowed: bool = False) -> Url:
    """The URL in the variable `name`; Failure when it is none."""
    scheme, separator, rest = text.strip().partition("://")
    scheme = scheme.lower()
    authority, slash, path = rest.partition("/")
    login, at, host_and_port = authority.rpartition("@")
    host, port = _host_and_port(host_and_port)
    if at and not login_allowed:
        raise Failure(
            WRONG_SETTING,
            f"{name} holds a login",
            "take it out of the URL: credentials come from the task role",
        )
    well_formed = separator and scheme in ("http", "https") and host and not any(map(str.isspace, text))
    if not well_formed or not (port == "" or (port.isascii() and port.isdigit() and 0 < int(port) < 65536)):
        shown = "a value with a login" if at else repr(text)
        raise Failure(
            WRONG_SETTING, f"{name} is {shown}, but it must be a URL such as https://host:port", "correct it"
        )
    return Url(scheme, host, int(port or _usual_port(scheme)), (slash + path).rstrip("/"), login)


class Endpoint:
    """Where S3 is for one bucket; `url` is its server."""

    __slots__ = ("_base", "url")

    def __init__(self, environment: Mapping[str, str], region: str, bucket: str, addressing: str) -> None:
        given = _given(environment)
        service = given or Url("https", _host(environment, region), 443)
        if addressing == "auto":
            in_path = given is not None or not _is_host_label(bucket)
        else:
            in_path = addressing == "path"
        if in_path:
            self.url = service
            self._base = f"{service.path}/{quoted_path(bucket)}"
        else:
            self.url = Url(service.scheme, f"{bucket}.{service.host}", service.port)
            self._base = service.path

    def path(self, key: str) -> str:
        """The quoted path of a key in the bucket, or of the bucket itself where it is empty."""
        if not key:
            return self._base or "/"
        return f"{self._base}/{quoted_path(key)}"


def _given(environment: Mapping[str, str]) -> Url | None:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"):
        if (
            environment.get(name)
            and environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() != "true"
        ):
            return parse_url(environment[name], name)
    return None


def _host(environment: Mapping[str, str], region: str) -> str:
    dual_stack = environment.get("AWS_USE_DUALSTACK_ENDPOINT", "").lower() == "true"
    fips = environment.get("AWS_USE_FIPS_ENDPOINT", "").lower() == "true"
    suffix = next((_SUFFIXES[start] for start in _SUFFIXES if region.startswith(start)), "amazonaws.com")
    return f"s3{'-fips' if fips else ''}{'.dualstack' if dual_stack else ''}.{region}.{suffix}"


def _is_host_label(bucket: str) -> bool:
    """Whether the bucket can stand in a host name; a dot would not fit the certificate *.s3.REGION.amazonaws.com."""
    return 3 <= len(bucket) <= 63 and _HOST_LABELS.issuperset(bucket) and "-" not in (bucket[0], bucket[-1])


def _host_and_port(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    host, _, port = text.partition(":")
    return host, port


def _usual_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80
