"""task_state.py DAG_ID TASK_ID RUN_ID: prints `STATE` and the state of the task instance, from Airflow's database."""

from __future__ import annotations

import os
import sys

QUERY = "SELECT state FROM task_instance WHERE dag_id = '{}' AND task_id = '{}' AND run_id = '{}'"


def main() -> None:
    query = QUERY.format(*sys.argv[1:])
    connection = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    # Without Airflow: importing it takes the time of a whole run.
    if connection.startswith("sqlite:"):
        import sqlite3

        rows = sqlite3.connect(connection.removeprefix("sqlite:///")).execute(query).fetchall()
    else:
        import psycopg2  # type: ignore[import-untyped]

        cursor = psycopg2.connect(connection.replace("+psycopg2", "")).cursor()
        cursor.execute(query)
        rows = cursor.fetchall()
    print("STATE", rows[0][0] if rows else "none")


main()
