"""Is the image free of credentials: in its environment, its history, and every file of every layer?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airflow_ecs_image.checks.credential_patterns import (
    AWS_CREDENTIAL_NAMES,
    AWS_REGION_NAMES,
    aws_keys,
    credentials_in_instruction,
    holds_private_key,
    holds_url_password,
    is_secret_name,
)
from airflow_ecs_image.checks.evidence import Check, Evidence
from airflow_ecs_image.checks.model import Verdict

_SHOWN = 5
_MEND = (
    "let the ECS task role supply credentials, pass build-time ones as BuildKit secrets (--pip-conf), "
    "rebuild, and replace what was in the image: whoever could pull it may have read it"
)


@dataclass(frozen=True)
class _Finding:
    where: str
    what: str


def judge(evidence: Evidence) -> Verdict:
    """Reports places and kinds, never values. Credentials that were baked in by order are a warning."""
    timed = evidence.layer_scan()
    ordered = evidence.label("baked-credentials") == "true"
    baked = [name for name in AWS_CREDENTIAL_NAMES if evidence.details.environment.get(name)]
    findings = [*_environment(evidence, ordered), *_labels(evidence)]
    if not ordered:
        findings += _history(evidence)
    for finding in timed.scan.findings():
        deleted = (
            f", deleted in layer {finding.deleted_in} but still in the image" if finding.deleted_in else ""
        )
        findings.append(_Finding(f"{finding.path} in layer {finding.layer}{deleted}", finding.kind))
    data = {
        "layers": len(timed.scan.layers),
        "files": timed.scan.files,
        "baked": baked,
        "findings": [{"where": finding.where, "what": finding.what} for finding in findings],
    }
    if findings:
        lines = [f"{finding.where}: {finding.what}" for finding in findings]
        more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        return Verdict(
            "failed", "\n".join([*lines[:_SHOWN], *more]), mend=_MEND, seconds=timed.seconds, data=data
        )
    if ordered:
        return Verdict(
            "warned",
            f"baked in by order: {', '.join(baked) or 'no variable'}; whoever pulls the image can read them",
            mend="build without --bake-credentials and give the ECS task a task role",
            seconds=timed.seconds,
            data=data,
        )
    if timed.scan.unread:
        numbers = ", ".join(str(number) for number in timed.scan.unread)
        return Verdict(
            "warned",
            f"layer {numbers} of {len(timed.scan.layers)} could not be read: its compression is unknown here",
            mend="check the image in an engine that stores layers uncompressed or as gzip",
            seconds=timed.seconds,
            data=data,
        )
    detail = f"none in environment, history and {timed.scan.files} files of {len(timed.scan.layers)} layers"
    return Verdict("passed", detail, seconds=timed.seconds, data=data)


def _environment(evidence: Evidence, ordered: bool) -> Iterator[_Finding]:
    for name, value in evidence.details.environment.items():
        where = f"environment variable {name}"
        if name.upper() in AWS_CREDENTIAL_NAMES:
            if not value:
                yield _Finding(where, "empty, which breaks every AWS call")
            elif not ordered:
                yield _Finding(where, "an AWS credential")
        elif name in AWS_REGION_NAMES:
            if not value:
                yield _Finding(where, "empty, which breaks every AWS call")
        elif value and is_secret_name(name):
            yield _Finding(where, "a secret by its name")
        else:
            yield from _content(where, value)


def _labels(evidence: Evidence) -> Iterator[_Finding]:
    for name, value in evidence.details.labels.items():
        yield from _content(f"label {name}", value)


def _content(where: str, value: str) -> Iterator[_Finding]:
    content = value.encode("utf-8", "surrogateescape")
    for kind in aws_keys(content):
        yield _Finding(where, kind)
    if holds_private_key(content):
        yield _Finding(where, "a private key")
    if holds_url_password(content):
        yield _Finding(where, "a URL with a password")


def _history(evidence: Evidence) -> Iterator[_Finding]:
    # `docker history` lists the newest step first; people count from the Dockerfile's top.
    for number, entry in enumerate(reversed(evidence.details.history), 1):
        for kind in credentials_in_instruction(entry.created_by):
            yield _Finding(f"step {number} of the image's history", kind)


CHECK = Check("credentials", "Credentials", frozenset({"layers"}), judge)
