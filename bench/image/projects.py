"""The projects of the rebuilds: what each is made of, and for which cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.contenders import CONTENDERS, Contender
from bench.contenders.build import base_of
from bench.contenders.model import REPOSITORY
from bench.image.moved_project import MovedProject
from bench.image.older_toolkit import OlderToolkit, older_toolkit
from bench.image.rebuilds import Project
from bench.image.results import DAG, DAG_SPLIT, MOVED, NOTHING, REQUIREMENT
from bench.registry import LocalRegistry
from bench.start_up.dag_folder import write


def projects_of(airflow: str, folder: Path, registry: LocalRegistry) -> Iterator[Project]:
    """The projects of one Airflow, in new folders of `folder`; raises what a build or an update raises."""
    for name in CONTENDERS:
        yield _project(airflow, name, folder, registry)
    yield _project(airflow, "source", folder, registry, split=True)
    toolkit = older_toolkit(airflow, folder / f"toolkit-{airflow}")
    for name in CONTENDERS:
        yield _moved_project(airflow, name, folder, registry, toolkit)


def _project(
    airflow: str, name: str, folder: Path, registry: LocalRegistry, *, split: bool = False
) -> Project:
    """A project whose image is built and pushed, as it is before any change; `split` is for the case of that lever."""
    kind = f"{name}-split" if split else name
    contender, place = _place(airflow, name, kind, folder)
    base = "source" if name == "source" else base_of(airflow)
    cases = (DAG_SPLIT,) if split else (NOTHING, DAG, REQUIREMENT)
    options = ("--lever", "split-dag-layer=on") if split else ()
    project = Project(contender, base, place, registry, cases, options)
    project.build()
    project.push()
    return project


def _moved_project(
    airflow: str, name: str, folder: Path, registry: LocalRegistry, toolkit: OlderToolkit
) -> MovedProject:
    """A project that moves between two releases in each round; it is first built then."""
    contender, place = _place(airflow, name, f"{name}-moved", folder)
    return MovedProject(contender, "source", place, registry, (MOVED,), toolkit=toolkit)


def _place(airflow: str, name: str, kind: str, folder: Path) -> tuple[Contender, Path]:
    """A contender by the name of its project, and the folder that it is built from: 200 DAG files, no requirement."""
    place = folder / f"rebuild-{airflow}-{kind}"
    write(place / "dags")
    (place / "requirements.txt").write_text("# none yet\n", encoding="utf-8")
    return Contender(name, airflow, f"{REPOSITORY}:rebuild-{kind}-{airflow}"), place  # type: ignore[arg-type]
