"""`airflow tasks run` needs no commands of executor and auth manager. What SQLAlchemy makes of it, a scenario of tests/e2e shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from .start import install, python, write

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
