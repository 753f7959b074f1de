"""What a field of the image spec needs to be an option of the command line as well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic.fields import FieldInfo


class Heading(StrEnum):
    """The headings under which the fields stand, on the help page and in image.toml, in this order."""

    BASE = "Base and versions"
    DAGS = "DAGs"
    PACKAGES = "Packages"
    CREDENTIALS = "Credentials"
    OUTPUT = "Output"
    LEVERS = "Levers"
    BUDGETS = "Budgets"


class EcsHeading(StrEnum):
    """The headings under which the fields of the ECS spec stand, in this order."""

    PLACE = "Where"
    TASK = "Task"
    ROLES = "Roles"
    CAPACITY = "Capacity"
    NETWORK = "Network"
    AIRFLOW = "Airflow"
    LOGS = "Logs"
    EXECUTOR = "Executor"


@dataclass(frozen=True)
class Option:
    """The heading of a field, the word for its value on the help page, and other names of its option."""

    heading: Heading | EcsHeading
    metavar: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def is_json(self) -> bool:
        """Whether a map may be given as one JSON object, which its own rule reads, and not name by name."""
        return self.metavar == "JSON"


def option_of(field: FieldInfo) -> Option:
    """The Option that the field was annotated with."""
    return next(each for each in field.metadata if isinstance(each, Option))


def flag(field_name: str) -> str:
    """The option of a field: `s3_uri` -> `--s3-uri`."""
    return "--" + field_name.replace("_", "-")


def variable(field_name: str, table: str = "") -> str:
    """The environment variable of a field: `s3_uri` -> `AIRFLOW_ECS_IMAGE_S3_URI`, in a table `AIRFLOW_ECS_IMAGE_ECS_CPU`."""
    return "AIRFLOW_ECS_IMAGE_" + (f"{table}_" if table else "").upper() + field_name.upper()
