"""Documents become the sides of a deployment: what is in several files of one component counts together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from airflow_ecs_image.ecs.control_plane_environment import REGION, Component
from airflow_ecs_image.ecs.executor_options import variable
from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.lint.described import Described
from airflow_ecs_image.ecs.lint.model import Document, Inputs, Kind, Kwargs, Said, Setting, Side
from airflow_ecs_image.ecs.lint.position import Position
from airflow_ecs_image.ecs.lint.run_task import object_in
from airflow_ecs_image.ecs.lint.task_definition_file import TaskDefinitionFile, worker_index

_OF_IMAGE = ("CONNECTION_CHECK_MAX_COUNT", REGION, "AIRFLOW__")


@dataclass(frozen=True)
class Known:
    """What is known beside the files: an image, the versions that options name, the Airflow where nothing names one."""

    airflow_version: str
    image: ImageFacts | None = None
    said_airflow: Said | None = None
    said_python: Said | None = None


def assemble(documents: Iterable[Document], known: Known, described: Iterable[Described] = ()) -> Inputs:
    """Put documents together. airflow.cfg gives way to variables, as in Airflow; what an image sets gives way to both."""
    files, specs = tuple(documents), tuple(described)
    loose = tuple(_kwargs_file(each) for each in files if each.kind is Kind.RUN_TASK_KWARGS)
    names = tuple(
        setting.value
        for each in files
        for setting in each.settings
        if setting.name == variable("container_name") and setting.value
    ) + tuple(each.ecs.container_name for each in specs)
    sides = [
        *_control_sides(files, known, loose),
        *_worker_sides(files, known, names),
        *(side for each in specs for side in each.sides()),
    ]
    if loose and not any(side.kwargs for side in sides):
        sides += [_side(Component.SCHEDULER, (), known, kwargs=each) for each in loose]
    return Inputs(
        tuple(sides),
        files,
        known.image,
        tuple(_versions(files, known, specs)),
        tuple(_pythons(known, specs)),
        tuple(_platforms(known, specs)),
    )


def _control_sides(files: Iterable[Document], known: Known, loose: tuple[Kwargs, ...]) -> list[Side]:
    sides = []
    for component in Component:
        members = [each for each in files if each.component is component and each.settings]
        if component is not Component.WORKER and members:
            side = _side(component, members, known)
            if side.kwargs is None and len(loose) == 1 and component in (Component.ALL, Component.SCHEDULER):
                side = replace(side, kwargs=loose[0])
            sides.append(side)
    return sides


def _worker_sides(files: Iterable[Document], known: Known, names: tuple[str, ...]) -> list[Side]:
    members = [each for each in files if each.component is Component.WORKER]
    definitions = [each for each in members if each.kind is Kind.TASK_DEFINITION]
    others = [each for each in members if each.settings]
    if not definitions:
        return [_side(Component.WORKER, others, known)] if others else []
    return [
        _side(
            Component.WORKER, [replace(each, settings=_of_container(file)), *others], known, definition=file
        )
        for each in definitions
        for file in [_definition(each, names)]
    ]


def _side(
    component: Component,
    members: Iterable[Document],
    known: Known,
    *,
    definition: TaskDefinitionFile | None = None,
    kwargs: Kwargs | None = None,
) -> Side:
    documents = sorted(members, key=lambda each: each.kind is not Kind.CFG)
    every = tuple(setting for each in documents for setting in each.settings)
    settings: dict[str, Setting] = {}
    if component is Component.WORKER and known.image is not None:
        settings |= _of_image(known.image)
    for setting in every:
        # A demand for what an earlier file sets takes nothing away.
        if setting.value is not None or setting.name not in settings:
            settings[setting.name] = setting
    first = documents[0] if documents else None
    version = known.said_airflow or (_label(known.image) if known.image else None)
    said = next((each.airflow_version for each in documents if each.airflow_version), None)
    return Side(
        component,
        version.value if version else said or known.airflow_version,
        first.kind if first else Kind.RUN_TASK_KWARGS,
        Position(first.file) if first else (kwargs.position if kwargs else Position("")),
        settings,
        every,
        kwargs or _kwargs_of(settings.get(variable("run_task_kwargs"))),
        definition,
        known.image if component is Component.WORKER else None,
    )


def _of_image(image: ImageFacts) -> dict[str, Setting]:
    position = Position(image.reference)
    return {
        name: Setting(name, value, position, Kind.ENV)
        for name, value in image.environment.items()
        if name.startswith(_OF_IMAGE)
    }


def _kwargs_of(setting: Setting | None) -> Kwargs | None:
    if setting is None or setting.value is None:
        return None
    return Kwargs(object_in(setting.value), setting.position, setting.kind)


def _kwargs_file(document: Document) -> Kwargs:
    return Kwargs(document.content, Position(document.file, 1), document.kind, document.lines)


def _definition(document: Document, names: tuple[str, ...]) -> TaskDefinitionFile:
    content: Mapping[str, Any] = document.content
    prefix: tuple[str, ...] = ()
    if isinstance(content.get("taskDefinition"), dict):
        content, prefix = content["taskDefinition"], ("taskDefinition",)
    file = TaskDefinitionFile(document.file, content, document.lines, prefix)
    return replace(file, worker_index=worker_index(file.containers, names))


def _of_container(file: TaskDefinitionFile) -> tuple[Setting, ...]:
    settings = []
    for key, value_key in (("environment", "value"), ("secrets", "valueFrom")):
        for index, pair in enumerate(file.worker.get(key) or ()):
            value = str(pair.get(value_key, "")) if key == "environment" else None
            settings.append(
                Setting(
                    str(pair.get("name")), value, file.of_worker(key, index, "name"), Kind.TASK_DEFINITION
                )
            )
    return tuple(settings)


def _label(image: ImageFacts) -> Said | None:
    return Said(image.airflow_version, Position(image.reference)) if image.airflow_version else None


def _versions(files: Iterable[Document], known: Known, specs: Iterable[Described]) -> Iterable[Said]:
    if known.image and (label := _label(known.image)):
        yield label
    if known.said_airflow:
        yield known.said_airflow
    for each in specs:
        yield each.said("airflow_version", each.image.airflow_version)
    for document in files:
        if document.airflow_version:
            yield Said(document.airflow_version, Position(document.file))


def _pythons(known: Known, specs: Iterable[Described]) -> Iterable[Said]:
    if known.image and known.image.python_version:
        yield Said(known.image.python_version, Position(known.image.reference))
    if known.said_python:
        yield known.said_python
    for each in specs:
        yield each.said("python_version", each.image.python_version)


def _platforms(known: Known, specs: Iterable[Described]) -> Iterable[Said]:
    if known.image:
        yield Said(known.image.platform, Position(known.image.reference))
    for each in specs:
        if len(each.image.platform) == 1:
            yield each.said("platform", each.image.platform[0])
