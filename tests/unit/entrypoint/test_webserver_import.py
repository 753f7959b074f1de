"""A worker of Airflow 2 gets by without flask, requests and PyJWT; whoever uses them has them as ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from .start import AIRFLOW_2, install, python, write

# The shapes of Airflow's modules.
_JSON = """
from flask.json.provider import JSONProvider

class AirflowJsonProvider(JSONProvider):
    def dumps(self, value):
        return f"{self.app} {value}"

def unrelated():
    return 1
"""
_SETTINGS = """
def dispose_orm():
    from airflow.www.extensions import init_session
    init_session._session_interface = None
    print("disposed")
"""
_SESSION = "print('the sessions are imported')\n_session_interface = 'sessions'\n"
_API = """
import requests
from urllib3.exceptions import NewConnectionError
from airflow.utils.jwt_signer import sign

def internal_api_call(function):
    from requests.exceptions import ConnectionError

    def is_retryable(error):
        return isinstance(error, (ConnectionError, NewConnectionError))

    def call():
        try:
            return function()
        except Exception as error:
            return is_retryable(error)

    return call

def post():
    return requests.post(sign())
"""
_FILES = {
    "airflow/utils/json.py": _JSON,
    "airflow/settings.py": _SETTINGS,
    "airflow/www/extensions/init_session.py": _SESSION,
    "airflow/api_internal/internal_api_call.py": _API,
    "airflow/utils/jwt_signer.py": "import jwt\ndef sign():\n    return jwt.encode()\n",
    "flask/__init__.py": "print('flask is imported')\nfrom flask.json import provider\n",
    "flask/json/provider.py": "class JSONProvider:\n    def __init__(self, app):\n        self.app = app\n",
    "requests/__init__.py": "print('requests is imported')\nfrom requests.exceptions import *\n"
    "def post(token):\n    return f'posted with {token}'\n",
    "requests/exceptions.py": "class ConnectionError(Exception):\n    pass\n",
    "urllib3/exceptions.py": "class NewConnectionError(Exception):\n    pass\n",
    "jwt.py": "def encode():\n    return 'a token'\n",
}
_HEAVY = "[name for name in ('flask', 'requests', 'urllib3', 'jwt') if name in sys.modules]"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    packages = tmp_path / "packages"
    install(packages, "webserver_import")
    for path, text in _FILES.items():
        write(packages, path, text)
    return packages


def said(packages: Path, program: str) -> list[str]:
    """What the worker command says that does this."""
    write(packages, "bin/airflow", f"import sys\n{program}")
    return python(packages, str(packages / "bin/airflow"), *AIRFLOW_2)


def test_a_worker_imports_none_of_them(packages: Path) -> None:
    program = (
        "from airflow import settings\nfrom airflow.utils import json\nfrom airflow.api_internal import internal_api_call as api\n"
        f"settings.dispose_orm()\nprint(json.unrelated(), api.internal_api_call(lambda: 2)(), {_HEAVY})\n"
    )
    assert said(packages, program) == ["disposed", "1 2 []"]


@pytest.mark.parametrize("first", ["airflow.utils.json", "flask"])
def test_the_class_for_the_webserver_is_one_of_flask(packages: Path, first: str) -> None:
    program = (
        f"import {first}\nimport flask\nfrom airflow.utils import json\nfrom flask.json.provider import JSONProvider\n"
        "print(json.AirflowJsonProvider('app').dumps(3), issubclass(json.AirflowJsonProvider, JSONProvider))\n"
        "print(json.JSONProvider is JSONProvider)\n"
    )
    assert said(packages, program) == ["flask is imported", "app 3 True", "True"]


def test_a_class_of_that_class_is_one_of_flask(packages: Path) -> None:
    program = (
        "from airflow.utils.json import AirflowJsonProvider\nclass Own(AirflowJsonProvider): pass\nimport flask\n"
        "print(Own('own').dumps(4))\n"
    )
    assert said(packages, program) == ["flask is imported", "own 4"]


def test_sessions_that_there_are_are_forgotten(packages: Path) -> None:
    program = (
        "from airflow import settings\nsettings.dispose_orm()\nfrom airflow.www.extensions import init_session\n"
        "print(init_session._session_interface)\nsettings.dispose_orm()\nprint(init_session._session_interface)\n"
    )
    assert said(packages, program) == [
        "disposed",
        "the sessions are imported",
        "sessions",
        "disposed",
        "None",
    ]


def test_a_call_of_the_internal_api_has_what_it_needs(packages: Path) -> None:
    program = "from airflow.api_internal import internal_api_call as api\nprint(api.post())\n"
    assert said(packages, program) == ["requests is imported", "posted with a token"]


@pytest.mark.parametrize(
    ("error", "retried"),
    [
        ("requests.exceptions.ConnectionError", True),
        ("urllib3.exceptions.NewConnectionError", True),
        ("OSError", False),
    ],
)
def test_the_same_errors_of_a_call_are_tried_again(packages: Path, error: str, retried: bool) -> None:
    program = (
        "from airflow.api_internal.internal_api_call import internal_api_call\n"
        "@internal_api_call\ndef call():\n    import requests.exceptions, urllib3.exceptions\n"
        f"    raise {error}\nprint(call())\n"
    )
    assert said(packages, program) == ["requests is imported", str(retried)]


def test_another_command_imports_them_as_ever(packages: Path) -> None:
    write(packages, "bin/airflow", "import airflow.utils.json, airflow.api_internal.internal_api_call\n")
    said = python(packages, str(packages / "bin/airflow"), "tasks", "list")
    assert said == ["flask is imported", "requests is imported"]
