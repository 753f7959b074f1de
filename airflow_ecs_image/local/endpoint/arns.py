"""ECS's names: ARNs and ids, made and taken apart."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass

from .refusals import client_error


@dataclass(frozen=True)
class Names:
    """The ARNs of one account in one region."""

    region: str
    account_id: str

    def _arn(self, resource: str) -> str:
        return f"arn:aws:ecs:{self.region}:{self.account_id}:{resource}"

    def cluster(self, name: str) -> str:
        """The ARN of a cluster."""
        return self._arn(f"cluster/{name}")

    def task(self, cluster: str, task_id: str) -> str:
        """The ARN of a task, in the long format."""
        return self._arn(f"task/{cluster}/{task_id}")

    def container(self, cluster: str, task_id: str, container_id: str) -> str:
        """The ARN of a container of a task."""
        return self._arn(f"container/{cluster}/{task_id}/{container_id}")

    def task_definition(self, family: str, revision: int) -> str:
        """The ARN of a task definition."""
        return self._arn(f"task-definition/{family}:{revision}")


def new_task_id() -> str:
    """32 hex digits."""
    return secrets.token_hex(16)


def new_id() -> str:
    """The id of a container, an attachment or a set of credentials."""
    return str(uuid.uuid4())


def last_part(name_or_arn: str) -> str:
    """The name at the end of an ARN, or the name itself."""
    return name_or_arn.rpartition("/")[2]


def family_and_revision(name: str) -> tuple[str, int | None]:
    """`family`, `family:3` or an ARN of a task definition, taken apart. Raises EcsRefusal for a wrong revision."""
    family, colon, revision = last_part(name).partition(":")
    if not colon:
        return family, None
    if not revision.isdecimal():
        raise client_error(f"Invalid revision number. Number: {revision}")
    return family, int(revision)
