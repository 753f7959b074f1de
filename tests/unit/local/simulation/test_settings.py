"""`simulation` of the endpoint's configuration."""

from __future__ import annotations

import pytest

from airflow_ecs_image.local.endpoint.simulation.airflow_2 import connection_variables
from airflow_ecs_image.local.endpoint.simulation.settings import SimulationSettings
from airflow_ecs_image.local.load.plan import Asked, decide


def test_what_a_load_configures_is_known() -> None:
    settings = SimulationSettings.of(decide(Asked(10, simulated=True, seconds=3), cores=1).simulation())
    assert settings.task_seconds == 3


@pytest.mark.parametrize(
    "document",
    [
        {"task_second": 1},
        {"task_seconds": "1"},
        {"task_seconds": -1},
        {"pull_seconds": True},
        {"connections": 0},
    ],
)
def test_a_wrong_value_is_named(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=rf"simulation\.{next(iter(document))}"):
        SimulationSettings.of(document)


def test_psql_is_told_where_to_connect_by_variables() -> None:
    found = connection_variables("postgresql+psycopg2://airflow:p%40ss@postgresql:5433/airflow")
    assert found == {
        "PGHOST": "postgresql",
        "PGPORT": "5433",
        "PGUSER": "airflow",
        "PGPASSWORD": "p@ss",
        "PGDATABASE": "airflow",
        "PGCONNECT_TIMEOUT": "30",
        "PGOPTIONS": "-c statement_timeout=60s",
    }
