"""`airflow tasks run` needs no other commands. What SQLAlchemy makes of it, a scenario of tests/e2e shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from .start import AIRFLOW_2, install, python, write

_LOADER = """
class ExecutorLoader:
    @classmethod
    def get_executor_names(cls):
        return ["an executor"]
"""
_AUTH_MANAGER = """
class AuthManager:
    @staticmethod
    def get_cli_commands():
        return ["users"]

def get_auth_manager_cls():
    return AuthManager
"""
# The shape of Airflow's parser.
_PARSER = """
from airflow.executors.executor_loader import ExecutorLoader
from airflow.www.extensions.init_auth_manager import get_auth_manager_cls

COMMANDS = ["tasks", *ExecutorLoader.get_executor_names(), *get_auth_manager_cls().get_cli_commands()]
"""
_AIRFLOW = """
from airflow.cli import cli_parser
from airflow.executors.executor_loader import ExecutorLoader
from airflow.www.extensions import init_auth_manager

print(cli_parser.COMMANDS)
print(ExecutorLoader.get_executor_names(), init_auth_manager.get_auth_manager_cls().__name__)
print(cli_parser.get_auth_manager_cls is init_auth_manager.get_auth_manager_cls)
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    packages = tmp_path / "packages"
    install(packages, "commands")
    write(packages, "airflow/executors/executor_loader.py", _LOADER)
    write(packages, "airflow/www/extensions/init_auth_manager.py", _AUTH_MANAGER)
    write(packages, "airflow/cli/cli_parser.py", _PARSER)
    write(packages, "sqlalchemy/orm.py", "class Mapper: pass\n")
    write(packages, "sqlalchemy/event.py", "def listen(*_): pass\n")
    write(packages, "bin/airflow", _AIRFLOW)
    return packages


@pytest.mark.parametrize(
    ("arguments", "commands"),
    [
        (("tasks", "run", "a-dag", "a-task", "a-run", "--local"), ["tasks"]),
        (("tasks", "list", "a-dag"), ["tasks", "an executor", "users"]),
        (("users", "list"), ["tasks", "an executor", "users"]),
        ((), ["tasks", "an executor", "users"]),
    ],
)
def test_only_a_worker_does_without(packages: Path, arguments: tuple[str, ...], commands: list[str]) -> None:
    said = python(packages, str(packages / "bin/airflow"), *arguments)
    assert said == [str(commands), "['an executor'] AuthManager", "True"]


# The shape of Airflow's parser (2.11.2): groups of commands, and formatters that import rich.
_WHOLE_PARSER = """
import argparse
from functools import lru_cache
from typing import NamedTuple

from airflow.executors.executor_loader import ExecutorLoader
from airflow.www.extensions.init_auth_manager import get_auth_manager_cls

class Command(NamedTuple):
    name: str

class Group(NamedTuple):
    name: str
    subcommands: list

class DefaultHelpParser(argparse.ArgumentParser):
    def error(self, message):
        print("mistake:", message)
        raise SystemExit(2)

class AirflowHelpFormatter(argparse.HelpFormatter):
    def format_help(self):
        print("rich is imported")
        return super().format_help()

class LazyRichHelpFormatter(AirflowHelpFormatter):
    pass

tasks = Group("tasks", [Command("list"), Command("run")])
ALL_COMMANDS_DICT = {"dags": Group("dags", [Command("list")]), "tasks": tasks}

@lru_cache(maxsize=None)
def get_parser(dag_parser=False):
    parser = DefaultHelpParser(prog="airflow", formatter_class=AirflowHelpFormatter)
    groups = parser.add_subparsers(dest="subcommand")
    for group in ({"tasks": tasks} if dag_parser else ALL_COMMANDS_DICT).values():
        each = groups.add_parser(group.name)
        each.formatter_class = LazyRichHelpFormatter
        commands = each.add_subparsers(dest="subcommand")
        for command in group.subcommands:
            last = commands.add_parser(command.name)
            last.formatter_class = LazyRichHelpFormatter
            print(group.name, command.name)
            if command.name == "run":
                for name in ("dag", "task", "run", "--local", "--job-id"):
                    last.add_argument(name, **({"action": "store_true"} if name == "--local" else {}))
    return parser
"""
_ALL = ["rich is imported", "rich is imported", "dags list", "rich is imported", "tasks list", "tasks run"]


@pytest.fixture
def whole(packages: Path) -> Path:
    write(packages, "airflow/cli/cli_parser.py", _WHOLE_PARSER)
    return packages


def parsed(packages: Path, program: str, *arguments: str) -> list[str]:
    """What the worker command says that does this with its parser, of which it has other arguments than usual."""
    text = f"import sys\nfrom airflow.cli import cli_parser\nparser = cli_parser.get_parser()\n{program}\n"
    write(packages, "bin/airflow", text)
    return python(packages, str(packages / "bin/airflow"), *(arguments or AIRFLOW_2))


def test_a_worker_gets_a_parser_of_its_command_alone(whole: Path) -> None:
    program = "found = parser.parse_args()\nprint(found.subcommand, found.dag, found.local, found.job_id)"
    assert parsed(whole, program) == ["tasks run", "run a-dag True None"]


def test_the_process_of_the_task_gets_the_same(whole: Path) -> None:
    line = [*AIRFLOW_2[:-1], "--job-id", "7"]
    program = f"parser.parse_args()\nfound = cli_parser.get_parser().parse_args({line})\nprint(found.local, found.job_id)"
    assert parsed(whole, program) == ["tasks run", "False 7"]


@pytest.mark.parametrize("line", [["dags", "list"], ["tasks", "list"]])
def test_for_any_other_line_there_are_all_commands(whole: Path, line: list[str]) -> None:
    program = f"parser.parse_args()\nprint(parser.parse_args({line}).subcommand)\nprint(sorted(cli_parser.ALL_COMMANDS_DICT))"
    assert parsed(whole, program) == ["tasks run", *_ALL, "list", "['dags', 'tasks']"]


def test_what_else_a_parser_has_is_that_of_all_commands(whole: Path) -> None:
    assert parsed(whole, "print(parser.prog, type(parser.add_subparsers).__name__)") == [
        *_ALL,
        "airflow method",
    ]


def test_a_mistake_is_told_by_the_parser_of_all_commands(whole: Path) -> None:
    program = "try:\n    parser.parse_args()\nexcept SystemExit as end:\n    print(end.code)"
    said = parsed(whole, program, "tasks", "run", "a-dag")
    assert said == ["tasks run", *_ALL, "mistake: the following arguments are required: task, run", "2"]


def test_help_is_that_of_the_parser_of_all_commands(whole: Path) -> None:
    program = "try:\n    parser.parse_args()\nexcept SystemExit as end:\n    print(end.code)"
    said = parsed(whole, program, *AIRFLOW_2, "--help")
    assert said[: len(_ALL) + 2] == ["tasks run", *_ALL, "rich is imported"]
    assert said[-1] == "0"


def test_a_parser_for_a_dag_file_is_as_ever(whole: Path) -> None:
    program = "print(cli_parser.get_parser(dag_parser=True).prog)"
    said = parsed(whole, program)
    assert said == ["rich is imported", "rich is imported", "tasks list", "tasks run", "airflow"]
