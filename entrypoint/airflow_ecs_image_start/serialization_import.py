"""Puts the imports of Airflow's serialization and of most of its database models off, which a worker has no use for.

Airflow 3 imports them on the way to a task for two names: the class that its DAG processor writes DAGs into the database
with, and the function by which an executor in a scheduler tells the states of tasks. The modules with these names get
stand-ins. SQLAlchemy sets up its mappers when the first model of any is used; everything is imported before that, for a
model may name another that it is related to.
"""

from __future__ import annotations

import sys

from airflow_ecs_image_start.stand_in import import_what_was_put_off, put_off, when_executed
from airflow_ecs_image_start.worker_command import is_airflow_3

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable

_TYPES = "airflow.executors.workloads.types"
_SERIALIZATION = "airflow.serialization.serialized_objects"


def _import_all_before_mappers_are_set_up(
    orm: types.ModuleType, usual: Callable[[types.ModuleType], None]
) -> None:
    usual(orm)
    from sqlalchemy import event  # type: ignore[import-not-found]
    from sqlalchemy.orm.mapper import Mapper  # type: ignore[import-not-found]

    def before_configured() -> None:
        import_what_was_put_off("airflow")

    event.listen(Mapper, "before_configured", before_configured)


if is_airflow_3(sys.orig_argv):
    put_off("airflow.executors.base_executor", {_TYPES: ("state_class_for_key",)})
    put_off("airflow.dag_processing.dagbag", {_SERIALIZATION: ("LazyDeserializedDAG",)})
    when_executed("sqlalchemy.orm", _import_all_before_mappers_are_set_up)
