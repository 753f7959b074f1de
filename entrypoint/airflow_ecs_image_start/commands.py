"""Leaves the commands of the executor and of the auth manager out of the command line of `airflow tasks run`.

Airflow 2 imports both, with all of Flask-AppBuilder, connexion and aiohttp, to learn what they add to `airflow`; a worker runs
`tasks run`, which neither can change. The tables of the auth manager are known to SQLAlchemy once a model is used that refers
to one of them, Airflow's notes on tasks and DAG runs.
"""

from __future__ import annotations

import sys

from airflow_ecs_image_start.stand_in import when_executed
from airflow_ecs_image_start.worker_command import is_airflow_2

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from typing import Any

_PARSER = "airflow.cli.cli_parser"


class _WithoutCommands:
    @staticmethod
    def get_cli_commands() -> list[object]:
        return []


def _leave_out(parser: types.ModuleType, usual: Callable[[types.ModuleType], None]) -> None:
    from airflow.executors.executor_loader import ExecutorLoader  # type: ignore[import-not-found]
    from airflow.www.extensions import init_auth_manager  # type: ignore[import-not-found]

    get_executor_names = vars(ExecutorLoader)["get_executor_names"]
    get_auth_manager_cls = init_auth_manager.get_auth_manager_cls
    ExecutorLoader.get_executor_names = staticmethod(list)
    init_auth_manager.get_auth_manager_cls = lambda: _WithoutCommands
    try:
        usual(parser)
    finally:
        ExecutorLoader.get_executor_names = get_executor_names
        init_auth_manager.get_auth_manager_cls = get_auth_manager_cls
        vars(parser)["get_auth_manager_cls"] = get_auth_manager_cls
    _know_tables_when_used(get_auth_manager_cls)


def _know_tables_when_used(get_auth_manager_cls: Callable[[], object]) -> None:
    from sqlalchemy import event  # type: ignore[import-not-found]
    from sqlalchemy.orm import Mapper  # type: ignore[import-not-found]

    known = False

    def know(*_: object) -> None:
        nonlocal known
        if known:
            return
        known = True
        try:
            get_auth_manager_cls()
        except Exception as error:
            import logging

            # As Airflow's parser has it.
            logging.getLogger(_PARSER).warning("cannot load the auth manager: %s", error)

    def watch(mapper: Any, model: type) -> None:
        table = mapper.local_table
        missing = [key for key in getattr(table, "foreign_keys", ()) if not _is_known(key, table.metadata)]
        if missing and not known:
            event.listen(model, "init", know, propagate=True)
            event.listen(model, "load", know, propagate=True)

    event.listen(Mapper, "mapper_configured", watch)


def _is_known(key: Any, metadata: Any) -> bool:
    table, _, _ = key.target_fullname.rpartition(".")
    return table in metadata.tables


if is_airflow_2(sys.orig_argv):
    when_executed(_PARSER, _leave_out)
