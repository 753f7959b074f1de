"""A PostgreSQL in a network of its own that asks for a password."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from airflow_ecs_image.engine import Engine, containers
from airflow_ecs_image.engine.container import Container
from bench.container_address import address_of
from tests.waiting import until

from .control_plane import postgresql_image

USER, PASSWORD = "guarded", "p@ss/w%rd:canary"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL in a Docker network that asks the user `guarded` for a password."""

    container: Container
    network: str
    address: str

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD, port: int = 5432) -> str:
        login = f"{user}:{quote(password, safe='')}"
        return f"postgresql+psycopg2://{login}@{self.address}:{port}/{database}"

    def sql(self, statement: str) -> None:
        ended = self.container.exec(["psql", "-v", "ON_ERROR_STOP=1", "-c", statement])
        assert ended.exit_code == 0, ended.stderr


@contextmanager
def database_server(root_filesystem: str, context: Path) -> Iterator[Server]:
    """One with empty databases, until the end of the block."""
    network = f"airflow-ecs-image-test-{secrets.token_hex(4)}"
    image = postgresql_image(root_filesystem, context)
    Engine().docker("network", "create", network)
    try:
        with containers.start(image, network=network) as container:
            found = Server(container, network, address_of(container, network))
            ready = ["psql", "-c", "SELECT 1"]
            until(lambda: container.exec(ready).exit_code == 0, "PostgreSQL")
            found.sql(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
            for database in ("two", "three", "older2", "older3", "nothing"):
                found.sql(f"CREATE DATABASE {database} OWNER {USER}")
            lines = f"host all {USER} all scram-sha-256\\nhost all stranger all reject\\n"
            ended = container.exec(["bash", "-c", f"sed -i '1i {lines}' /etc/postgresql/main/pg_hba.conf"])
            assert ended.exit_code == 0, ended.stderr
            found.sql("SELECT pg_reload_conf()")
            yield found
    finally:
        Engine().docker("network", "rm", network)
