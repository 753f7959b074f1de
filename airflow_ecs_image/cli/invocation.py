"""How the command line was called, known before its options are parsed, because errors need it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.console import Console


@dataclass(frozen=True)
class Invocation:
    """`json_mode`: one document on standard output and people's words on standard error. `debug`: tracebacks."""

    json_mode: bool
    debug: bool

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Invocation:
        """What the arguments ask for."""
        return cls("--json" in arguments, "--debug" in arguments)

    def console(self, *, output_is_for_programs: bool = False) -> Console:
        """The console of a verb; it keeps off standard output where a program reads that."""
        return Console(self.json_mode, stream=sys.stderr if output_is_for_programs else None)


def program_name() -> str:
    """How the user called this program, for help pages and mends."""
    name = Path(sys.argv[0]).name
    return {"build.py": "python build.py", "__main__.py": "python -m airflow_ecs_image"}.get(name, name)
