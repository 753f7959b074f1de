"""Commands that change the machine: run as root, through sudo where the user is not root."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.setup.machine import Machine

_KEPT_BY_SUDO = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_LAST_LINES = 8


@dataclass(frozen=True)
class Command:
    """One command for root; `stdin` is the text that it reads."""

    arguments: tuple[str, ...]
    stdin: str | None = None

    @property
    def line(self) -> str:
        """The command on one line, without what it reads."""
        return shlex.join(self.arguments)

    def typed(self) -> str:
        """The whole command as a person would type it."""
        return self.line if self.stdin is None else f"{self.line} <<'EOF'\n{self.stdin.rstrip()}\nEOF"


def write_file(path: str, text: str) -> Command:
    """The command that makes `path` hold `text`."""
    return Command(("tee", path), stdin=text)


def apt_install(packages: Iterable[str]) -> tuple[Command, ...]:
    """The commands that install Debian packages and answer every question with its default."""
    options = ("--yes", "--no-install-recommends", "--option=DPkg::Lock::Timeout=120")
    return (
        Command(("apt-get", "update", "--quiet=2")),
        Command(
            ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--quiet=2", *options, *packages)
        ),
    )


def typed_by_hand(commands: Iterable[Command]) -> tuple[str, ...]:
    """The lines that a person would type into a root shell, one command each."""
    return tuple(line for command in commands for line in command.typed().splitlines())


def run_as_root(machine: Machine, command: Command) -> str:
    """Run it and return its output.

    Raises SetupFailed with the last lines of its output, or with the line to type where there is no way to become root.
    """
    if machine.is_root:
        arguments = list(command.arguments)
    elif machine.has_sudo:
        kept = [name for name in _KEPT_BY_SUDO if name in os.environ]
        arguments = ["sudo", *([f"--preserve-env={','.join(kept)}"] if kept else []), *command.arguments]
    else:
        raise SetupFailed(
            f"{command.arguments[0]}: this needs root, and there is no sudo",
            mend="type this as root, then try again",
            details=typed_by_hand([command]),
        )
    try:
        done = subprocess.run(
            arguments,
            input=command.stdin or "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        raise SetupFailed(f"{arguments[0]}: no such command on {machine.name}") from None
    if done.returncode != 0:
        last_lines = [line for line in done.stdout.splitlines() if line.strip()][-_LAST_LINES:]
        raise SetupFailed(
            f"{command.line} ended with {done.returncode}",
            mend="see its last lines above; once it works by hand, try again",
            details=tuple(last_lines),
        )
    return done.stdout
