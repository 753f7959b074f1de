"""Credentials, from where ECS puts them: the environment or the container's endpoint; all else is left to botocore.

The order is botocore's ("Credentials", Boto3 documentation): what is read here comes first there as well, or stands alone.
"""

from __future__ import annotations

import os

from .deadline import with_retries
from .failures import NO_CREDENTIALS, Failure, Transient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .deadline import Deadline
    from .transport import Transport

_CONTAINER_ADDRESS = "http://169.254.170.2"
# botocore/utils.py, ContainerMetadataFetcher: plain HTTP stays on this machine, or on the ECS and EKS agents' addresses.
_PLAIN_HTTP_HOSTS = ("localhost", "169.254.170.2", "169.254.170.23", "fd00:ec2::23", "::1")
_MEND = "give the task definition a task role (taskRoleArn)"


class Credentials:
    """Keys, the token of temporary ones (or empty), and the region of a profile (or empty)."""

    __slots__ = ("access_key", "region", "secret_key", "token")

    def __init__(self, access_key: str, secret_key: str, token: str = "", region: str = "") -> None:
        self.access_key = access_key
        self.secret_key = secret_key
        self.token = token
        self.region = region


def find_credentials(environment: Mapping[str, str], transport: Transport, deadline: Deadline) -> Credentials:
    """The credentials of the container; Failure when there are none."""
    access_key = environment.get("AWS_ACCESS_KEY_ID")
    if access_key:
        return _of_environment(environment, access_key)
    if not _is_configured(environment):
        url = _container_url(environment)
        if url:
            return with_retries(lambda: _of_container(environment, url, transport), deadline)
    from .botocore_credentials import credentials_of_botocore

    found = credentials_of_botocore()
    if found is None:
        raise Failure(NO_CREDENTIALS, "there are no AWS credentials", _MEND)
    return found


def _of_environment(environment: Mapping[str, str], access_key: str) -> Credentials:
    secret_key = environment.get("AWS_SECRET_ACCESS_KEY")
    if not secret_key:
        raise Failure(
            NO_CREDENTIALS,
            "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not",
            "set both, or neither: a task role makes them needless",
        )
    token = environment.get("AWS_SESSION_TOKEN") or environment.get("AWS_SECURITY_TOKEN") or ""
    return Credentials(access_key, secret_key, token)


def _is_configured(environment: Mapping[str, str]) -> bool:
    """Whether anything is there that botocore would ask before the container's endpoint."""
    names = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE")
    if any(environment.get(name) for name in names):
        return True
    home = environment.get("HOME", "")
    files = (
        environment.get("AWS_SHARED_CREDENTIALS_FILE") or f"{home}/.aws/credentials",
        environment.get("AWS_CONFIG_FILE") or f"{home}/.aws/config",
        environment.get("BOTO_CONFIG") or "/etc/boto.cfg",
        f"{home}/.boto",
    )
    return any(map(os.path.exists, files))


def _container_url(environment: Mapping[str, str]) -> str:
    relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    if relative:
        return f"{_CONTAINER_ADDRESS}{relative}"
    return environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI") or ""


def _of_container(environment: Mapping[str, str], text: str, transport: Transport) -> Credentials:
    from .endpoint import Url, parse_url

    url = parse_url(text, "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    if url.scheme == "http" and url.host not in _PLAIN_HTTP_HOSTS and not url.host.startswith("127."):
        raise Failure(
            NO_CREDENTIALS,
            f"AWS_CONTAINER_CREDENTIALS_FULL_URI names {url.host}, where plain HTTP is not safe",
            "use https, or the agent's own address",
        )
    path = text.partition("://")[2].partition("/")[2]
    try:
        connection = transport.connect(Url(url.scheme, url.host, url.port), direct=True)
    except Transient as fault:
        raise Transient(
            f"the container's credentials endpoint: {fault.message}",
            kind=NO_CREDENTIALS,
            mend=_MEND,
            attempts=fault.attempts,
        ) from None
    try:
        headers = {"host": url.authority, "accept": "application/json", **_authorization(environment)}
        response = connection.get(f"/{path}", headers)
        body = bytearray()
        connection.read_body(response, body.extend)
    finally:
        connection.close()
    if response.status == 429 or response.status >= 500:
        raise Transient(
            f"the container's credentials endpoint answers {response.status}", kind=NO_CREDENTIALS, mend=_MEND
        )
    if response.status != 200:
        raise Failure(
            NO_CREDENTIALS, f"the container's credentials endpoint answers {response.status}", _MEND
        )
    return _parsed(bytes(body))


def _authorization(environment: Mapping[str, str]) -> dict[str, str]:
    token = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
    path = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    if path:
        try:
            with open(path, encoding="utf-8") as file:
                token = file.read()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise Failure(
                NO_CREDENTIALS,
                f"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is {path!r}, which cannot be read: {reason}",
                "mount the token for the container's user",
            ) from None
    if "\r" in token or "\n" in token:
        raise Failure(
            NO_CREDENTIALS, "the container's authorization token holds a line break", "write it as one line"
        )
    return {"authorization": token} if token else {}


def _parsed(body: bytes) -> Credentials:
    import json

    try:
        answer = json.loads(body)
        return Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer.get("Token") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Transient(
            "the container's credentials endpoint does not answer with credentials",
            kind=NO_CREDENTIALS,
            mend=_MEND,
            attempts=3,
        ) from None
