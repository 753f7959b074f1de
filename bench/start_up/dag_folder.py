"""The DAG folder of the measurement: 200 files of which one runs."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from bench.s3.tree import make_tree

FILES = 200
DAG_ID, TASK_ID, DAG_FILE = "start_up", "first_line", "start_up_of_the_bench.py"
_DAG = Path(__file__).parent / "inside/dag.py"


def dag_folder() -> dict[str, bytes]:
    """Path in the folder → content: 199 files that are carried, and the DAG that runs."""
    return {**make_tree(FILES - 1), DAG_FILE: _DAG.read_bytes()}


def write(folder: Path) -> None:
    """Write the DAG folder into a folder that does not exist yet."""
    for path, content in dag_folder().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def archive_of_the_dag() -> bytes:
    """The DAG that runs alone, as a tar archive: all that a control plane needs to know."""
    stream, content = io.BytesIO(), _DAG.read_bytes()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        entry = tarfile.TarInfo(DAG_FILE)
        entry.size, entry.mode = len(content), 0o644
        archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()
