"""The files that a new project starts with: a commented image.toml and a DAG folder."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.errors import ToolkitError
from airflow_ecs_image.resources import resource
from airflow_ecs_image.spec.image_toml import FILE_NAME
from airflow_ecs_image.spec.starter import starter_text

DAG_FOLDER = "dags"
EXAMPLES = "dags_example"


class FileExists(ToolkitError):
    """A file would be overwritten."""

    exit_code = 2


@dataclass(frozen=True)
class Project:
    """What was written, relative to the project; `dag_folder_kept` when its own DAGs were left alone."""

    files: tuple[Path, ...]
    dag_folder_kept: bool


def write_project(directory: Path) -> Project:
    """Write image.toml, and the example DAGs into a DAG folder that is missing or empty.

    All or nothing: FileExists names the file that is in the way, and then nothing was written.
    """
    target = directory / FILE_NAME
    if target.exists() or target.is_symlink():
        raise FileExists(f"{target} exists", mend="edit it, or move it away and run init again")
    dag_folder = directory / DAG_FOLDER
    if dag_folder.exists() and not dag_folder.is_dir():
        raise FileExists(f"{dag_folder} exists and is not a folder", mend="move it away and run init again")
    kept = dag_folder.is_dir() and any(dag_folder.iterdir())
    examples = () if kept else _examples()
    directory.mkdir(parents=True, exist_ok=True)
    # Made beside their places, so that moving them there is one operation that cannot stop half-way.
    with tempfile.TemporaryDirectory(dir=directory, prefix=".init-") as name:
        prepared = Path(name)
        (prepared / FILE_NAME).write_text(starter_text(), encoding="utf-8")
        if examples:
            _copy_examples(examples, prepared / DAG_FOLDER)
            (prepared / DAG_FOLDER).replace(dag_folder)
        target.hardlink_to(prepared / FILE_NAME)
    written = tuple(Path(DAG_FOLDER) / each for each in examples)
    return Project((Path(FILE_NAME), *written), kept)


def _examples() -> tuple[Path, ...]:
    folder = resource(EXAMPLES)
    return tuple(
        path.relative_to(folder)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    )


def _copy_examples(examples: tuple[Path, ...], folder: Path) -> None:
    for example in examples:
        place = folder / example
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(resource(EXAMPLES) / example, place)
