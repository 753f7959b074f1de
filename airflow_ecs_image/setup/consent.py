"""The user's word before the machine is changed: asked for once, and only where a person can answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.setup.machine import Machine
from airflow_ecs_image.setup.privileged import Command, run_as_root, typed_by_hand

if TYPE_CHECKING:
    from airflow_ecs_image.console import Console


@dataclass
class Consent:
    """Remembers the answer, so that a second installation in the same run does not ask again."""

    machine: Machine
    console: Console
    given: bool = False

    def run(self, title: str, commands: Sequence[Command]) -> None:
        """Show the commands, ask once on a terminal, and run them as root in a step of that title.

        Raises SetupFailed when the answer is no, or when a command fails.
        """
        self.console.note(f"{title}: these commands run as root")
        for command in commands:
            self.console.text(f"    {command.line}")
        self._ask(commands)
        self.become_root()
        with self.console.step(title) as step:
            for command in commands:
                step.update(command.line)
                run_as_root(self.machine, command)

    def become_root(self) -> None:
        """Let sudo ask for its password here, where no live line is drawn over the question."""
        if not self.machine.is_root and self.machine.has_sudo and sys.stdin.isatty():
            subprocess.run(["sudo", "--validate"], check=False)

    def _ask(self, commands: Sequence[Command]) -> None:
        if self.given or not sys.stdin.isatty():
            return
        # The question is for people: in JSON mode standard output belongs to the document.
        sys.stderr.write("Continue? [Y/n] ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer or answer.strip().lower() not in {"", "y", "yes"}:
            raise SetupFailed(
                "nothing was changed, as you said no",
                mend="type these as root, then try again",
                details=typed_by_hand(commands),
            )
        self.given = True
