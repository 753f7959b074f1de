"""Files of the repository that are made from the model: written anew, or compared with what the model says."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from airflow_ecs_image.console import Console


def write_or_check(arguments: Sequence[str], *, path: Path, text: str, module: str) -> int:
    """`--write` writes `text` to `path`; `--check` returns 1 when the file holds another text, and 2 is wrong usage.

    `module` is what `python -m` runs, named in the messages.
    """
    console, command = Console(stream=sys.stderr), f"python -m {module}"
    if list(arguments) == ["--write"]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return 0
    if list(arguments) != ["--check"]:
        console.error("one of --write and --check is needed", mend=f"{command} --write or --check")
        return 2
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return 0
    console.error(f"{path} is not what the model says", mend=f"{command} --write")
    return 1
