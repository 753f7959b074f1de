"""What a lint reads and what it says: settings with their places, the sides of a deployment, rules and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from airflow_ecs_image.ecs.control_plane_environment import Component
from airflow_ecs_image.ecs.executor_options import variable
from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.lint.position import Position
from airflow_ecs_image.ecs.lint.task_definition_file import TaskDefinitionFile

OPTION = variable("")
"""What the variables of [aws_ecs_executor] begin with."""


class Severity(StrEnum):
    """An error breaks tasks; advice is about what may break them, or what nobody needs."""

    ERROR = "error"
    ADVICE = "advice"


class Kind(StrEnum):
    """The forms that a file can have."""

    SHELL = "shell exports"
    ENV = "env file"
    CFG = "airflow.cfg"
    JSON = "JSON of variables"
    TASK_DEFINITION = "task definition"
    RUN_TASK_KWARGS = "run_task_kwargs"
    SPEC = "image.toml"


@dataclass(frozen=True)
class Setting:
    """One variable at its place. `value` is None where it is given elsewhere: a secret, or what a shell makes of it.

    Options of airflow.cfg have the name of their variable. `exported` is False for a shell variable that stays in the shell,
    `quoted` is True for a value whose quotes belong to it.
    """

    name: str
    value: str | None
    position: Position
    kind: Kind
    exported: bool = True
    quoted: bool = False
    raw: str | None = None

    @property
    def option(self) -> str | None:
        """The option of [aws_ecs_executor] that it is, None for others."""
        return self.name.removeprefix(OPTION).lower() if self.name.startswith(OPTION) else None


@dataclass(frozen=True)
class Document:
    """One file, read. `component` and `airflow_version` are what its head says; `content` is that of JSON."""

    file: str
    kind: Kind
    settings: tuple[Setting, ...] = ()
    component: Component | None = None
    airflow_version: str | None = None
    content: Any = None
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    carriage_returns: bool = False


@dataclass(frozen=True)
class Kwargs:
    """run_task_kwargs at their place: `content` is None for text that is no JSON object; `lines` are those of a file."""

    content: dict[str, Any] | None
    position: Position
    kind: Kind
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)

    def at(self, *path: str | int) -> Position:
        """Where a value stands: its own line in a file, else that of the setting."""
        return Position(self.position.file, self.lines.get(path, self.position.line))


@dataclass(frozen=True)
class Side:
    """One component as its files together configure it: `settings` are what counts, `every` all that stand in them."""

    component: Component
    airflow_version: str
    kind: Kind
    position: Position
    settings: Mapping[str, Setting]
    every: tuple[Setting, ...]
    kwargs: Kwargs | None = None
    definition: TaskDefinitionFile | None = None
    image: ImageFacts | None = None

    @property
    def major(self) -> int:
        """2 or 3: the line of Airflow."""
        return int(self.airflow_version.partition(".")[0])

    @property
    def is_worker(self) -> bool:
        """Whether it is the container of a task."""
        return self.component is Component.WORKER

    @property
    def has_more(self) -> bool:
        """Whether variables come from files in S3, which nobody reads here."""
        return self.definition is not None and bool(self.definition.worker.get("environmentFiles"))

    def get(self, name: str) -> Setting | None:
        """The setting of a variable, also where it is named by a command or a secrets backend (NAME_CMD, NAME_SECRET)."""
        return next(
            (
                self.settings[each]
                for each in (name, f"{name}_CMD", f"{name}_SECRET")
                if each in self.settings
            ),
            None,
        )

    def value(self, name: str) -> str | None:
        """The value of a variable, None where it is not set or given elsewhere."""
        setting = self.settings.get(name)
        return setting.value if setting else None

    def option(self, name: str) -> Setting | None:
        """An option of [aws_ecs_executor]."""
        return self.settings.get(variable(name))


@dataclass(frozen=True)
class Said:
    """A fact and where it stands, for comparison with the same fact elsewhere."""

    value: str
    position: Position


@dataclass(frozen=True)
class Inputs:
    """All that was given, put together. `versions` and `pythons` are those that anything names."""

    sides: tuple[Side, ...]
    documents: tuple[Document, ...] = ()
    image: ImageFacts | None = None
    versions: tuple[Said, ...] = ()
    pythons: tuple[Said, ...] = ()
    platforms: tuple[Said, ...] = ()

    def control(self) -> Iterator[Side]:
        """The sides that start tasks, or belong to who does."""
        return (side for side in self.sides if not side.is_worker)

    def schedulers(self) -> Iterator[Side]:
        """The sides that call RunTask."""
        return (side for side in self.sides if side.component in (Component.ALL, Component.SCHEDULER))

    def workers(self) -> Iterator[Side]:
        """The sides that are containers of tasks."""
        return (side for side in self.sides if side.is_worker)

    def definitions(self) -> Iterator[TaskDefinitionFile]:
        """The task definitions."""
        return (side.definition for side in self.sides if side.definition is not None)


@dataclass(frozen=True)
class Hit:
    """What a rule found: where, in words that hold no secret, and the line that mends it."""

    position: Position
    found: str
    mend: str


@dataclass(frozen=True)
class Rule:
    """One trap: `title` names it, `why` says what is seen when it strikes, `find` yields where it is."""

    code: str
    severity: Severity
    title: str
    why: str
    find: Callable[[Inputs], Iterator[Hit]]


def rule(
    code: str, severity: Severity, title: str, *, why: str
) -> Callable[[Callable[[Inputs], Iterator[Hit]]], Rule]:
    """Make a rule of the function that finds it."""
    return lambda find: Rule(code, severity, title, why, find)


@dataclass(frozen=True)
class Finding:
    """A hit with the rule that it comes from."""

    code: str
    severity: Severity
    position: Position
    found: str
    why: str
    mend: str

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.position.file,
            "line": self.position.line,
            "found": self.found,
            "why": self.why,
            "mend": self.mend,
        }
