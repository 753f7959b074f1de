"""`--output FILE` of the verbs that print a document."""

from __future__ import annotations

import tempfile
from pathlib import Path

from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import ToolkitError


def write_output(text: str, path: Path, console: Console) -> None:
    """Write a document as a file and say so. Raises ToolkitError, with what was there before left as it was."""
    try:
        # Whoever reads the file sees all of it or none. Another name than the target's would get another mode.
        with tempfile.TemporaryDirectory(prefix=f".{path.name[:32]}-", dir=path.parent) as folder:
            written = Path(folder) / "document"
            written.write_text(text, encoding="utf-8")
            written.replace(path)
    except OSError as error:
        raise ToolkitError(
            f"{path}: cannot be written: {error.strerror}",
            mend="name a file in a folder that you may write to",
        ) from None
    console.text(f"wrote {path}")
