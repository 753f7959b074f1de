"""From a host name to a connected socket: addresses, proxies, TLS."""

from __future__ import annotations

import socket

from .connection import Connection
from .failures import NAME_NOT_RESOLVED, S3_UNAVAILABLE, TLS, WRONG_SETTING, Failure, Transient

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from .deadline import Deadline
    from .endpoint import Url

_CONNECT_SECONDS = 5.0
_FEW_ATTEMPTS = 5
"""For what seldom passes: a refused connection, a name that is not known."""


class Transport:
    """Opens connections. Addresses and the TLS context are found once; threads share them."""

    def __init__(self, environment: Mapping[str, str], deadline: Deadline) -> None:
        self._environment = environment
        self._deadline = deadline
        self._addresses: dict[tuple[str, int], list[tuple[int, tuple[str, int]]]] = {}
        self._context: ssl.SSLContext | None = None
        self._opened = 0

    def connect(self, url: Url, *, direct: bool = False) -> Connection:
        """A connection to the server of a URL, through the proxy of the environment unless `direct`.

        Raises Transient for what may pass and Failure for what will not.
        """
        proxy = None if direct else self._proxy(url)
        connected = self._open(proxy or url)
        try:
            if proxy is not None and url.scheme == "https":
                self._tunnel(connected, proxy, url)
            if url.scheme == "https":
                connected = self._secured(connected, url.host)
        except BaseException:
            connected.close()
            raise
        return Connection(connected, self._deadline)

    def request_prefix(self, url: Url) -> str:
        """What stands before the path of a request: a proxy of plain HTTP wants the whole URL (RFC 9112, 3.2.2)."""
        return f"http://{url.authority}" if url.scheme == "http" and self._proxy(url) is not None else ""

    def _open(self, url: Url) -> socket.socket:
        addresses = self._resolve(url.host, url.port)
        # S3 answers with several addresses: connections are spread over them.
        self._opened += 1
        first = self._opened % len(addresses)
        refused: OSError | None = None
        for family, address in (*addresses[first:], *addresses[:first]):
            connecting = socket.socket(family, socket.SOCK_STREAM)
            try:
                connecting.settimeout(min(_CONNECT_SECONDS, self._deadline.remaining()))
                connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connecting.connect(address)
            except OSError as error:
                connecting.close()
                refused = error
            except BaseException:
                connecting.close()
                raise
            else:
                return connecting
        reason = "no answer" if isinstance(refused, TimeoutError) else (refused and refused.strerror)
        raise Transient(
            f"{url.authority} cannot be reached: {reason or refused}",
            kind=S3_UNAVAILABLE,
            mend="check AWS_ENDPOINT_URL_S3 if it is set, the security group, the route to S3 or its VPC endpoint",
            attempts=_FEW_ATTEMPTS,
        )

    def _resolve(self, host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
        known = self._addresses.get((host, port))
        if known is None:
            try:
                # As bytes: for text the module for international names would be imported, four milliseconds.
                found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                raise Transient(
                    f"the name {host} does not resolve: {getattr(error, 'strerror', None) or error}",
                    kind=NAME_NOT_RESOLVED,
                    mend="check the region and AWS_ENDPOINT_URL_S3; the VPC needs DNS support",
                    attempts=_FEW_ATTEMPTS,
                ) from None
            known = [(family, address) for family, _, _, _, address in found]  # type: ignore[misc]
            self._addresses[host, port] = known
        return known

    def _secured(self, connected: socket.socket, host: str) -> socket.socket:
        import ssl

        try:
            if self._context is None:
                self._context = _tls_context(self._environment)
            connected.settimeout(min(_CONNECT_SECONDS, self._deadline.remaining()))
            return self._context.wrap_socket(connected, server_hostname=host)
        except ssl.SSLCertVerificationError as error:
            raise Failure(
                TLS,
                f"the certificate of {host} is not trusted: {error.verify_message}",
                "set AWS_CA_BUNDLE to a PEM file in the image, or correct the endpoint",
            ) from None
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            raise Transient(f"{host} closed the connection during the TLS handshake", kind=TLS) from None
        except ssl.SSLError as error:
            raise Failure(
                TLS,
                f"no TLS with {host}: {error.reason or error}",
                "check the endpoint: does it speak HTTPS on that port?",
            ) from None
        except OSError as error:
            raise Transient(
                f"the connection to {host} broke during the TLS handshake: {error.strerror or error}"
            ) from None

    def _tunnel(self, connected: socket.socket, proxy: Url, url: Url) -> None:
        target = f"{url.host}:{url.port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *_proxy_login(proxy), "", ""]
        tunnel = Connection(connected, self._deadline)
        tunnel.send("\r\n".join(lines).encode())
        status = tunnel.read_head().status
        if status != 200:
            raise Transient(
                f"the proxy {proxy.authority} answers {status} instead of connecting to {target}",
                mend="check HTTPS_PROXY, or add the endpoint to NO_PROXY",
                attempts=12 if status >= 500 else 1,
            )

    def _proxy(self, url: Url) -> Url | None:
        name = f"{url.scheme}_proxy"
        text = self._environment.get(name) or self._environment.get(name.upper()) or ""
        if not text or _bypassed(
            url, self._environment.get("no_proxy") or self._environment.get("NO_PROXY") or ""
        ):
            return None
        from .endpoint import parse_url

        return parse_url(text if "://" in text else f"http://{text}", name.upper(), login_allowed=True)


def _bypassed(url: Url, no_proxy: str) -> bool:
    for word in no_proxy.split(","):
        entry = word.strip().lower().lstrip(".")
        host = url.host.lower()
        if entry and (entry in ("*", host, url.authority.lower()) or host.endswith(f".{entry}")):
            return True
    return False


def _proxy_login(proxy: Url) -> list[str]:
    if not proxy.login:
        return []
    from binascii import b2a_base64

    from .quoting import unquoted

    login = unquoted(proxy.login.replace("+", "%2B")).encode()
    return [f"Proxy-Authorization: Basic {b2a_base64(login, newline=False).decode()}"]


def _tls_context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Trusts the bundle that botocore and requests would trust; SSL_CERT_FILE is read by OpenSSL itself."""
    import ssl

    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        bundle = environment.get(name)
        if bundle:
            try:
                return ssl.create_default_context(cafile=bundle)
            except OSError as error:
                raise Failure(
                    WRONG_SETTING,
                    f"{name} is {bundle!r}, which cannot be read as certificates: {error.strerror or error}",
                    "name a PEM file of the image, or leave it out",
                ) from None
    return ssl.create_default_context()
