"""Images in a registry: what they say about themselves, read without fetching them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from airflow_ecs_image.engine.client import Engine, EngineSilent, last_line, refusal
from airflow_ecs_image.errors import BaseMismatch, BaseUnavailable, ImageNotFound, ToolkitError

REGISTRY_SECONDS = 10.0
"""How long a registry may take to answer before it counts as out of reach."""

_UNREACHABLE = (
    (r"no such host|name resolution|server misbehaving", "its name does not resolve"),
    (r"connection refused", "connection refused"),
    (r"i/o timeout|deadline exceeded|timed? ?out|Client\.Timeout", "no answer in time"),
    (r"network is unreachable|no route to host", "no route to it"),
    (r"x509:|tls: |certificate", "its TLS certificate is not trusted here"),
    (r"toomanyrequests|\b429\b", "its limit of requests is reached"),
    (r"\b50[0-9] |bad gateway|service unavailable", "it answers with a server error"),
    (r"connection reset|\bEOF\b|proxyconnect|failed to do request", "connection lost"),
)
_REFUSED = re.compile(
    r"not found|manifest unknown|name unknown|unauthorized|authentication required|denied|forbidden"
    r"|\b40[134]\b|does not exist|invalid reference format|could not parse reference",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RemoteImage:
    """An image in a registry.

    `digest` names the whole image, all its platforms. `labels`, `environment` and `diff_ids` are those of the
    asked platform. `platforms` are all that it is made for, such as `linux/amd64`.
    """

    reference: str
    digest: str
    platforms: tuple[str, ...]
    labels: dict[str, str]
    environment: dict[str, str]
    user: str
    diff_ids: tuple[str, ...]


def remote(
    reference: str, platform: str, *, timeout: float = REGISTRY_SECONDS, engine: Engine | None = None
) -> RemoteImage:
    """Read an image's digest and configuration from its registry; needs no running engine.

    Raises BaseUnavailable when the registry cannot be reached within `timeout` seconds, ImageNotFound when it
    answers that there is no such image or that it may not be read, BaseMismatch when the image is not made
    for the platform.
    """
    engine = engine or Engine()
    try:
        completed = engine.complete(
            "buildx", "imagetools", "inspect", "--format", "{{json .}}", "--", reference, timeout=timeout
        )
    except EngineSilent:
        raise _unavailable(reference, f"no answer within {timeout:g} s") from None
    if completed.returncode != 0:
        stderr = completed.stderr.decode(errors="replace")
        raise registry_error(reference, stderr) or refusal(stderr, command="buildx imagetools")
    return _remote_image(reference, platform, json.loads(completed.stdout))


def registry_error(reference: str, stderr: str) -> ToolkitError | None:
    """The error when the text says that a registry is out of reach or refuses the image, else None."""
    # The name itself must not decide: it may hold any of these words.
    answer = stderr.replace(reference, "")
    for pattern, reason in _UNREACHABLE:
        if re.search(pattern, answer, re.IGNORECASE):
            return _unavailable(reference, reason)
    if _REFUSED.search(answer):
        denied = re.search(r"unauthorized|authentication|denied|forbidden|\b40[13]\b", answer, re.IGNORECASE)
        return ImageNotFound(
            f"{reference}: {'the registry does not let it be read' if denied else _reason(answer)}",
            mend=f"check the name, or log in: `docker login {registry_host(reference)}`"
            if denied
            else "check the name and the tag",
        )
    return None


def _reason(answer: str) -> str:
    return last_line(answer).lstrip(": ") or "not found"


def registry_host(reference: str) -> str:
    """The registry that a reference points to: its first part when that is a host, else Docker Hub."""
    first, separator, _ = reference.partition("/")
    is_host = bool(separator) and ("." in first or ":" in first or first == "localhost")
    return first if is_host else "docker.io"


def _unavailable(reference: str, reason: str) -> BaseUnavailable:
    return BaseUnavailable(
        f"{reference}: the registry {registry_host(reference)} cannot be reached: {reason}",
        mend="check the network and the proxy, name a mirror with --base, or build with --base source",
    )


def _remote_image(reference: str, platform: str, content: dict[str, Any]) -> RemoteImage:
    image = content.get("image") or {}
    # One platform: the image's own configuration. Several: one configuration for each platform's name.
    by_platform = {_platform(image): image} if "architecture" in image else dict(image)
    chosen = by_platform.get(platform) or next(
        (value for name, value in by_platform.items() if name.startswith(f"{platform}/")), None
    )
    if chosen is None:
        raise BaseMismatch(
            f"{reference}: made for {', '.join(sorted(by_platform)) or 'no platform'}, not for {platform}",
            mend="ask for one of these by --platform, or name another image by --base",
        )
    config = chosen.get("config") or {}
    return RemoteImage(
        reference=reference,
        digest=content["manifest"]["digest"],
        platforms=tuple(by_platform),
        labels=dict(config.get("Labels") or {}),
        environment=dict(pair.partition("=")[::2] for pair in config.get("Env") or ()),
        user=config.get("User") or "",
        diff_ids=tuple((chosen.get("rootfs") or {}).get("diff_ids") or ()),
    )


def _platform(config: dict[str, Any]) -> str:
    parts = (config.get("os"), config.get("architecture"), config.get("variant"))
    return "/".join(part for part in parts if part)
