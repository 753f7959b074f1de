"""Leaves the other commands out of the command line of `airflow tasks run`.

Airflow 2 imports executor and auth manager, with all of Flask-AppBuilder, connexion and aiohttp, to learn what they add to
`airflow`; a worker runs `tasks run`, which neither can change. The tables of the auth manager are known to SQLAlchemy once a
model is used that refers to one of them, Airflow's notes on tasks and DAG runs.

The parser that a worker gets knows `tasks run` alone. For any other command line, for help and for a mistake it gives way to
that of all commands.
"""

from __future__ import annotations

import functools
import sys

from airflow_ecs_image_start.stand_in import when_executed
from airflow_ecs_image_start.worker_command import is_airflow_2

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from typing import Any

_PARSER = "airflow.cli.cli_parser"
_COMMAND = ["tasks", "run"]
_PIECES = ("ALL_COMMANDS_DICT", "AirflowHelpFormatter", "DefaultHelpParser", "LazyRichHelpFormatter")
"""What Airflow's function makes its parser of."""


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
    if all(hasattr(parser, name) for name in (*_PIECES, "get_parser")):
        _parse_tasks_run_alone(parser)


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


class _GivesWayError(Exception):
    """The parser of `tasks run` alone would have said something."""


def _parse_tasks_run_alone(module: types.ModuleType) -> None:
    get_parser: Callable[..., Any] = module.get_parser
    one = _Parser(module, get_parser)

    @functools.wraps(get_parser)
    def get(dag_parser: bool = False) -> Any:
        return get_parser(dag_parser=True) if dag_parser else one

    vars(module)["get_parser"] = get


class _Parser:
    """Airflow's parser, of which the part that a worker needs is made first."""

    def __init__(self, module: types.ModuleType, get_parser: Callable[..., Any]) -> None:
        self._module = module
        self._get_parser = get_parser

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        given = sys.argv[1:] if args is None else list(args)
        if namespace is None and given[:2] == _COMMAND:
            try:
                return self._small.parse_args(given)
            except _GivesWayError:
                pass
        return self._get_parser().parse_args(args, namespace)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._get_parser(), name)

    @functools.cached_property
    def _small(self) -> Any:
        import argparse

        def give_way(*_: object, **__: object) -> None:
            raise _GivesWayError

        pieces = {name: getattr(self._module, name) for name in _PIECES}
        quiet = {"error": give_way, "print_help": give_way}
        group = pieces["ALL_COMMANDS_DICT"][_COMMAND[0]]
        run = [command for command in group.subcommands if command.name == _COMMAND[1]]
        vars(self._module).update(
            ALL_COMMANDS_DICT={_COMMAND[0]: group._replace(subcommands=run)},
            DefaultHelpParser=type("Quiet", (pieces["DefaultHelpParser"],), quiet),
            # argparse asks a formatter for the name of each subcommand, for which that of Airflow imports rich.
            AirflowHelpFormatter=argparse.HelpFormatter,
            LazyRichHelpFormatter=argparse.HelpFormatter,
        )
        try:
            return self._get_parser.__wrapped__()  # type: ignore[attr-defined]
        finally:
            vars(self._module).update(pieces)


def _is_known(key: Any, metadata: Any) -> bool:
    table, _, _ = key.target_fullname.rpartition(".")
    return table in metadata.tables


if is_airflow_2(sys.orig_argv):
    when_executed(_PARSER, _leave_out)
