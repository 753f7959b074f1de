"""What the container was asked for: S3_URI, the DAG folder and the variables of the fetch."""

from __future__ import annotations

from .failures import WRONG_SETTING, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX, ARCHIVE, POINTER = "prefix", "archive", "pointer"
ARCHIVE_ENDINGS = (".tar.gz", ".tgz", ".tar")
POINTER_ENDING = ".sha256"

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")


class Source:
    """What S3_URI names: a prefix, an archive or the pointer to an archive. Without a prefix it is the whole bucket."""

    __slots__ = ("bucket", "key", "kind", "uri")

    def __init__(self, uri: str) -> None:
        scheme, _, rest = uri.partition("://")
        self.uri = uri
        self.bucket, _, self.key = rest.partition("/")
        if scheme != "s3" or not self.bucket or not _LETTERS.issuperset(self.bucket):
            raise Failure(
                WRONG_SETTING,
                f"S3_URI is {uri!r}, but it must look like s3://bucket/prefix",
                "correct it in the task definition or in the image spec",
            )
        if self.key.endswith(POINTER_ENDING):
            self.kind = POINTER
        else:
            self.kind = ARCHIVE if self.key.endswith(ARCHIVE_ENDINGS) else PREFIX


def folder(path: str) -> str:
    """The DAG folder; Failure when it is no absolute path, or the root of the file system."""
    if not path.startswith("/") or not path.strip("/.") or "\0" in path:
        raise Failure(
            WRONG_SETTING,
            f"CONTAINER_DAG_PATH is {path!r}, but it must be the absolute path of a folder",
            "correct it in the task definition, or leave it out for /opt/airflow/dags",
        )
    return path


class Settings:
    """The variables of the fetch, each checked; a wrong one is named before anything is asked of S3."""

    __slots__ = (
        "addressing",
        "allow_empty",
        "connections",
        "exclude",
        "include",
        "max_bytes",
        "max_files",
        "seconds",
    )

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.seconds = _number(environment, "DAG_FETCH_TIMEOUT", 60, 1, 3600)
        self.connections = _number(environment, "DAG_FETCH_CONNECTIONS", 32, 1, 256)
        self.max_files = _number(environment, "DAG_FETCH_MAX_FILES", 100_000, 1, 10_000_000)
        self.max_bytes = _number(environment, "DAG_FETCH_MAX_BYTES", 1 << 30, 1, 1 << 50)
        self.allow_empty = _word(environment, "DAG_FETCH_ALLOW_EMPTY", "false", ("true", "false")) == "true"
        self.addressing = _word(environment, "DAG_FETCH_ADDRESSING", "auto", ("auto", "path", "virtual"))
        self.include = _globs(environment, "DAG_FETCH_INCLUDE")
        self.exclude = _globs(environment, "DAG_FETCH_EXCLUDE")


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19 and least <= int(text) <= most):
        raise Failure(
            WRONG_SETTING,
            f"{name} is {text!r}, but it must be a whole number from {least} to {most}",
            f"correct it in the task definition, or leave it out for {default}",
        )
    return int(text)


def _word(environment: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    word = environment.get(name, "").strip().lower() or default
    if word not in allowed:
        raise Failure(
            WRONG_SETTING,
            f"{name} is {environment[name]!r}, but it must be {' or '.join(allowed)}",
            f"correct it in the task definition, or leave it out for {default}",
        )
    return word


def _globs(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word for part in environment.get(name, "").split(",") if (word := part.strip()))
