"""What the verbs know about a local stack that runs."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_NAME = "airflow-ecs-local"
"""Of the stack that is meant when none is named."""


@dataclass(frozen=True)
class Keys:
    """The pair of keys that the stack's S3 takes; made for it, of no use elsewhere."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True)
class Stack:
    """One stack: addresses are those on this machine, such as `http://127.0.0.1:32768`.

    `dag_source` says where its workers have their DAGs from: `baked`, `s3` or `archive`. `dag_folder` is where the control
    plane has them in a volume, empty where they are those of the image.
    """

    name: str
    network: str
    airflow_version: str
    image: str
    dag_source: str
    airflow_url: str
    ecs_url: str
    s3_url: str
    keys: Keys
    region: str
    cluster: str
    container_name: str
    dag_folder: str

    @property
    def major(self) -> int:
        """2 or 3: the line of Airflow."""
        return int(self.airflow_version.partition(".")[0])
