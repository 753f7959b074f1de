"""The ways to fetch that are compared; each is a command that ends in the exec of /entrypoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

DAGS = "/opt/airflow/dags"
_WRAPPER = "/bench/wrapper"
_OURS = ("/opt/airflow-ecs-image/entrypoint", "version")


@dataclass(frozen=True)
class Sources:
    """Where one DAG folder lies in S3: below a prefix, and as an archive that has a pointer."""

    prefix: str
    pointer: str
    version: str


@dataclass(frozen=True)
class Way:
    """`command` gets the sources; `environment` is added to what every container has; `image` is which of the two.

    `none` fetches nothing: it is what the measurement itself takes.
    """

    name: str
    title: str
    kind: Literal["none", "other", "ours"]
    command: Callable[[Sources], tuple[str, ...]]
    environment: Callable[[Sources], dict[str, str]] = field(default=lambda _: {})
    image: Literal["worker", "debian"] = "worker"


def _ours(name: str, title: str, uri: Callable[[Sources], str]) -> Way:
    return Way(name, title, "ours", lambda _: _OURS, lambda sources: {"S3_URI": uri(sources)})


def _sync(sources: Sources) -> tuple[str, ...]:
    # Word for word what the executor package's sample image runs, its line for each file on standard output included.
    return (_WRAPPER, "aws", "s3", "sync", sources.prefix, DAGS)


BASELINE = Way("aws-s3-sync", "aws s3 sync (AWS CLI v1)", "other", _sync)
"""The command of the executor package's sample image: every ratio is against it."""

WAYS = (
    BASELINE,
    Way("aws-s3-sync-v2", "aws s3 sync (AWS CLI v2)", "other", _sync, image="debian"),
    Way(
        "boto3",
        "boto3, 32 threads",
        "other",
        lambda sources: (_WRAPPER, "python", "-I", "/bench/fetch_boto3.py", sources.prefix, DAGS),
    ),
    Way(
        "obstore",
        "obstore, 32 at a time",
        "other",
        lambda sources: (_WRAPPER, "python", "-I", "-S", "/bench/fetch_obstore.py", sources.prefix, DAGS),
    ),
    Way(
        "s5cmd",
        "s5cmd cp",
        "other",
        lambda sources: (
            *(_WRAPPER, "/bench/clients/s5cmd/bin/s5cmd", "--log", "error"),
            *("cp", f"{sources.prefix}/*", f"{DAGS}/"),
        ),
    ),
    _ours("prefix", "this project, prefix", lambda sources: sources.prefix),
    _ours("archive-pointer", "this project, archive by pointer", lambda sources: sources.pointer),
    _ours("archive-version", "this project, archive by version", lambda sources: sources.version),
    Way("nothing", "no fetch at all", "none", lambda _: (_WRAPPER, "true")),
)

BY_NAME = MappingProxyType({way.name: way for way in WAYS})
