"""Running `push` as a user does, on small images of its own."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.engine import Engine, images

SECRETS = ("right-password", "auth-token", "wrong-password")


@dataclass(frozen=True)
class Outcome:
    """What a command ended with; `lines` are those for people, wherever they stand."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return [*self.out.splitlines(), *self.err.splitlines()]

    @property
    def error(self) -> str:
        """The message of the error, without the word."""
        return next((line[7:] for line in self.err.splitlines() if line.startswith("error: ")), "")

    @property
    def mend(self) -> str:
        return next((line[4:] for line in self.err.splitlines() if line.startswith("  → ")), "")

    @property
    def last_line(self) -> str:
        return self.out.splitlines()[-1]


class Pusher:
    """Runs `push`; nothing that it prints may hold a login."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._hosts: set[str] = set()

    def __call__(self, image: str, repository: str, *options: str, unchecked: bool = True) -> Outcome:
        self._capsys.readouterr()
        self._hosts.add(repository.partition("/")[0])
        code = run(["push", image, repository, *options, *(["--allow-unchecked"] if unchecked else [])])
        found = self._capsys.readouterr()
        assert not [secret for secret in SECRETS if secret in found.out + found.err]
        assert "Traceback" not in found.err
        return Outcome(code, found.out, found.err)

    def document(self, image: str, repository: str, *options: str) -> dict[str, Any]:
        """The document of a push that succeeds."""
        outcome = self(image, repository, *options, "--json")
        assert outcome.code == 0, outcome.err
        content: dict[str, Any] = json.loads(outcome.out)
        return content

    def forget_names(self) -> None:
        """Remove the names that pushes gave to images of this engine."""
        for host in self._hosts:
            for name in names_below(host):
                images.remove(name)


def names_below(host: str) -> list[str]:
    """The names of this engine's images below a registry's host."""
    form = ("--format", "{{.Repository}}:{{.Tag}}", "--filter", f"reference={host}/*/*")
    return Engine().docker("image", "ls", *form).split()


def small_image(
    folder: Path,
    name: str,
    *,
    size: int = 2000,
    platform: str = "linux/amd64",
    labels: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> str:
    """An image of one layer with one file, of `size` random bytes where it is given no content; returns its name."""
    archive = folder / "layer.tar"
    content = os.urandom(size) if content is None else content
    with tarfile.open(archive, "w") as tar:
        member = tarfile.TarInfo("content")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    images.import_root_filesystem(archive, name, platform, labels=labels)
    return name


def digest_in_registry(reference: str) -> str:
    """The digest of what a tag names, made of the bytes that the registry sends."""
    return f"sha256:{hashlib.sha256(_raw(reference)).hexdigest()}"


def raw_manifest(reference: str) -> dict[str, Any]:
    """The manifest that a reference names."""
    content: dict[str, Any] = json.loads(_raw(reference))
    return content


def _raw(reference: str) -> bytes:
    return Engine().docker("buildx", "imagetools", "inspect", "--raw", "--", reference).encode()
