"""The registered task definitions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from .arns import Names, family_and_revision
from .refusals import client_error
from .store import Store

ACTIVE, INACTIVE = "ACTIVE", "INACTIVE"


class TaskDefinitions:
    """All revisions of all families, in ECS's shape `TaskDefinition`; `tags` lie beside it."""

    def __init__(self, store: Store, names: Names, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._names = names
        self._clock = clock
        self._lock = threading.Lock()
        self._revisions: dict[str, dict[int, dict[str, Any]]] = {}
        self._tags: dict[str, list[dict[str, str]]] = {}
        for _, kept in store.read_all():
            self._take(kept["taskDefinition"], kept["tags"])

    def register(self, family: str, content: dict[str, Any], tags: list[dict[str, str]]) -> dict[str, Any]:
        """A new revision of `content`, which is right; returns it as ECS describes it."""
        with self._lock:
            revision = max(self._revisions.get(family, {}), default=0) + 1
            definition = {
                "taskDefinitionArn": self._names.task_definition(family, revision),
                "family": family,
                "revision": revision,
                "status": ACTIVE,
                **content,
                "registeredAt": self._clock(),
                "registeredBy": f"arn:aws:iam::{self._names.account_id}:root",
            }
            self._take(definition, tags)
            self._write(definition)
            return definition

    def adopt(self, definitions: Iterable[dict[str, Any]]) -> None:
        """Take up those that are not known: tasks carry theirs, and the store may be lost."""
        with self._lock:
            for definition in definitions:
                if definition["revision"] not in self._revisions.get(definition["family"], {}):
                    self._take(definition, [])
                    self._write(definition)

    def find(self, name: str) -> dict[str, Any] | None:
        """The one of an ARN, `family:revision`, or the newest ACTIVE one of a family; None when there is none."""
        family, revision = family_and_revision(name)
        with self._lock:
            revisions = self._revisions.get(family, {})
            if revision is not None:
                return revisions.get(revision)
            active = [number for number, found in revisions.items() if found["status"] == ACTIVE]
            return revisions[max(active)] if active else None

    def tags_of(self, definition: dict[str, Any]) -> list[dict[str, str]]:
        """Its tags."""
        return self._tags.get(definition["taskDefinitionArn"], [])

    def deregister(self, name: str) -> dict[str, Any]:
        """Make one INACTIVE: it cannot be run any more. Raises EcsRefusal."""
        if family_and_revision(name)[1] is None:
            raise client_error("Task definition revision is required.")
        definition = self.find(name)
        if definition is None:
            raise client_error("The specified task definition does not exist.")
        with self._lock:
            changed = {**definition, "status": INACTIVE}
            changed.setdefault("deregisteredAt", self._clock())
            self._take(changed, self.tags_of(changed))
            self._write(changed)
            return changed

    def all(self) -> list[dict[str, Any]]:
        """All, by family and revision."""
        with self._lock:
            return [
                revisions[number]
                for _, revisions in sorted(self._revisions.items())
                for number in sorted(revisions)
            ]

    def _take(self, definition: dict[str, Any], tags: list[dict[str, str]]) -> None:
        self._revisions.setdefault(definition["family"], {})[definition["revision"]] = definition
        self._tags[definition["taskDefinitionArn"]] = tags

    def _write(self, definition: dict[str, Any]) -> None:
        name = f"{definition['family']}_{definition['revision']}"
        self._store.write(name, {"taskDefinition": definition, "tags": self.tags_of(definition)})
