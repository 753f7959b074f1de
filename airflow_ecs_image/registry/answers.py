"""What registries answer, as docker, buildx and skopeo print it: the error of each answer, one line and a mend."""

from __future__ import annotations

import re

from airflow_ecs_image.engine.client import DockerError, engine_refusal, last_line
from airflow_ecs_image.engine.redaction import redactor
from airflow_ecs_image.errors import (
    AccessDenied,
    RegistryRefused,
    RegistryUnavailable,
    RepositoryNotFound,
    TagTaken,
    ToolkitError,
)
from airflow_ecs_image.registry.repository import Repository

# ECR: "The image tag '1' already exists in the 'x' repository and cannot be overwritten because the tag is immutable."
# Harbor: "Failed to process request due to 'x:1' configured as immutable."
_TAG_TAKEN = re.compile(r"tag is immutable|configured as immutable|ImageTagAlreadyExists", re.IGNORECASE)
_NO_REPOSITORY = re.compile(
    r"name unknown|repository (?:with name )?\S* ?(?:does not exist|not found)|\bNAME_UNKNOWN\b"
    r"|RepositoryNotFoundException|project \S+ not found",
    re.IGNORECASE,
)
_EXPIRED = re.compile(r"authorization token has expired|token (?:is|has) expired", re.IGNORECASE)
_NOT_ALLOWED = re.compile(r"not authorized to perform: (?P<action>[a-z-]+:\w+)", re.IGNORECASE)
_LOGIN = re.compile(
    r"no basic auth credentials|authentication required|\bunauthorized\b|\b401\b|incorrect username or password"
    r"|invalid username/password",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\bdenied\b|\bforbidden\b|\b403\b", re.IGNORECASE)
# skopeo asks by HEAD first, whose answers have no words: of ECR it may be an old token as well.
_WORDLESS = re.compile(r"\b403 \(Forbidden\)|\b403 Forbidden", re.IGNORECASE)
_LOG_LINE = re.compile(r'^time="[^"]*" level=\w+ msg="(?P<words>.*)"$')
_UNTRUSTED = re.compile(
    r"x509: |certificate (?:is not trusted|signed by unknown)|certificate verify failed", re.IGNORECASE
)
_NOT_TLS = re.compile(r"server gave HTTP response to HTTPS client", re.IGNORECASE)
_NO_HOST = re.compile(r"no such host|name or service not known", re.IGNORECASE)
_NOT_THERE = re.compile(r"manifest unknown|not found|\b404\b", re.IGNORECASE)
_TRANSIENT = (
    (
        re.compile(r"toomanyrequests|too many requests|\b429\b|rate exceeded", re.IGNORECASE),
        "too many requests",
    ),
    (
        re.compile(
            r"\b50[0-4]\b|bad gateway|service unavailable|internal server error|gateway time-?out"
            r"|received unexpected HTTP status: 5\d\d",
            re.IGNORECASE,
        ),
        "it answers with a server error",
    ),
    (re.compile(r"connection refused", re.IGNORECASE), "connection refused"),
    (
        re.compile(
            r"i/o timeout|deadline exceeded|timed? ?out|client\.timeout|no progress for", re.IGNORECASE
        ),
        "no answer in time",
    ),
    (re.compile(r"network is unreachable|no route to host", re.IGNORECASE), "no route to it"),
    (
        re.compile(r"temporary failure in name resolution|server misbehaving", re.IGNORECASE),
        "its name does not resolve at the moment",
    ),
    (
        re.compile(
            r"connection reset|broken pipe|\bEOF\b|use of closed network connection|proxyconnect"
            r"|server closed idle connection|http2: |stream error|failed to do request",
            re.IGNORECASE,
        ),
        "the connection broke off",
    ),
)
_DOCKER_HUB = ("docker.io", "index.docker.io", "registry-1.docker.io")


class Transient(Exception):
    """A fault that may be over in a moment. `rounds` is how often it was met: docker tries layers again by itself."""

    def __init__(self, reason: str, rounds: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rounds = rounds


class TokenExpired(Exception):
    """The registry knows the token and no longer accepts it."""


def failure(stderr: str, repository: Repository, tag: str) -> ToolkitError | Transient | TokenExpired:
    """The error for what a command wrote when a registry refused something; the caller raises it."""
    if stopped := engine_refusal(stderr):
        return stopped
    text = _without_names(stderr, repository, tag)
    return _refused(repository, tag, text) or _not_reached(repository, text) or _unknown(stderr)


def _refused(repository: Repository, tag: str, text: str) -> ToolkitError | TokenExpired | None:
    error: ToolkitError | TokenExpired | None = None
    if _TAG_TAKEN.search(text):
        error = tag_taken(repository, tag)
    elif _NO_REPOSITORY.search(text):
        error = repository_not_found(repository)
    elif _EXPIRED.search(text):
        error = TokenExpired()
    elif action := _NOT_ALLOWED.search(text):
        error = not_allowed(repository, action["action"])
    elif _LOGIN.search(text):
        error = login_refused(repository)
    elif repository.kind != "other" and _WORDLESS.search(text):
        error = TokenExpired()
    elif _DENIED.search(text):
        error = _denied(repository, text)
    return error


def is_not_there(stderr: str) -> bool:
    """Whether the text says that the registry has no such manifest, or no such repository."""
    return bool(_NOT_THERE.search(stderr) or _NO_REPOSITORY.search(stderr))


def tag_taken(repository: Repository, tag: str) -> TagTaken:
    """The error where an immutable tag names another image."""
    return TagTaken(
        f"{repository.tagged(tag)} names another image already, and the tags of this repository are immutable",
        mend="give this image a tag of its own: --tag TAG",
    )


def repository_not_found(repository: Repository, own_account: str | None = None) -> RepositoryNotFound:
    """The error where the registry has no such repository; `own_account` is that of the credentials, if known."""
    if repository.kind == "other":
        return RepositoryNotFound(
            f"{repository}: the registry has no such repository",
            mend="correct the name, or make it there first",
        )
    where = f" in {repository.region}" if repository.kind == "ecr" else ""
    mend = "--create makes it; or correct name, region and account"
    if own_account and repository.account and own_account != repository.account:
        mend = f"these credentials are of account {own_account}: correct the account, or take credentials of that one"
    return RepositoryNotFound(f"{repository}: ECR has no such repository{where}", mend=mend)


def not_allowed(repository: Repository, action: str, own_account: str | None = None) -> AccessDenied:
    """The error where IAM or the repository's policy forbids an action such as `ecr:PutImage`."""
    other = (
        f"; these credentials are of account {own_account}, so that the repository's own policy has to allow it too"
        if own_account and repository.account and own_account != repository.account
        else ""
    )
    return AccessDenied(
        f"{repository}: AWS refuses {action}",
        mend=f"allow {action} on it in the IAM policy of these credentials{other}",
    )


def login_refused(repository: Repository) -> RegistryRefused:
    """The error where the registry wants a login, or does not accept the one it got."""
    if repository.kind != "other":
        return RegistryRefused(
            f"{repository.host}: ECR does not accept a token that it gave a moment ago",
            mend="`aws sts get-caller-identity` shows whose credentials these are; check account, region, clock and the repository's policy",
        )
    host = "docker.io" if repository.host in _DOCKER_HUB else repository.host
    return RegistryRefused(
        f"{host}: the registry does not accept the login, or there is none", mend=f"docker login {host}"
    )


def unavailable(repository: Repository, reason: str, attempts: int) -> RegistryUnavailable:
    """The error where a fault stayed."""
    return RegistryUnavailable(
        f"{repository.host}: {reason}, {attempts} times",
        mend="check network and proxy, then run it again: layers that arrived are not sent again",
    )


def _without_names(text: str, repository: Repository, tag: str) -> str:
    """The names themselves must not decide: host, repository and tag may hold any of the words looked for."""
    text = text.replace(str(repository), "NAME").replace(repository.host, "HOST")
    text = re.sub(rf"(?<=['\"/]){re.escape(repository.name)}(?=['\"/:@\s])", "NAME", text)
    return re.sub(rf"(?<=['\":/]){re.escape(tag)}(?=['\":\s]|$)", "TAG", text)


def _denied(repository: Repository, text: str) -> RegistryRefused:
    reason = _reason(text).removeprefix("denied: ") or "denied"
    return RegistryRefused(
        f"{repository}: the registry refuses the push: {reason}",
        mend="`aws sts get-caller-identity` shows whose credentials these are"
        if repository.kind != "other"
        else f"let this login push there, or use another one: docker login {repository.host}",
    )


def _not_reached(repository: Repository, text: str) -> RegistryUnavailable | Transient | None:
    host = repository.host
    if _UNTRUSTED.search(text):
        return RegistryUnavailable(
            f"{host}: its TLS certificate is not trusted",
            mend=f"put its authority into /etc/docker/certs.d/{host}/ca.crt on the engine's machine",
        )
    if _NOT_TLS.search(text):
        return RegistryUnavailable(
            f"{host}: it speaks no TLS, which docker accepts of 127.0.0.1 alone",
            mend="give it a certificate, or name it under insecure-registries of the engine",
        )
    if _NO_HOST.search(text):
        return RegistryUnavailable(f"{host}: the name does not resolve", mend="correct host and region")
    for pattern, reason in _TRANSIENT:
        if pattern.search(text):
            return Transient(reason)
    return None


def _unknown(text: str) -> ToolkitError:
    return DockerError(f"the push failed: {_reason(text) or 'no reason is given'}", stderr=text)


def _reason(text: str) -> str:
    """The last line, without skopeo's frame and without logins in addresses."""
    line = last_line(text)
    framed = _LOG_LINE.match(line)
    return redactor()(framed["words"].replace('\\"', '"') if framed else line)
