"""Puts the imports of flask, requests and PyJWT off, which Airflow 2 has for its webserver and for the internal API.

A worker imports them on the way to a task: flask for the class that turns the webserver's answers into JSON, and for the
sessions of its users, which are forgotten when the connections to the database are closed; requests and PyJWT for the calls
that go to the internal API in place of the database. Whoever else imports them gets them.
"""

from __future__ import annotations

import functools
import sys
import types

from airflow_ecs_image_start.stand_in import (
    give_bases,
    lent,
    put_off,
    put_off_in_function,
    when_called,
    when_executed,
)
from airflow_ecs_image_start.worker_command import is_airflow_2

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Execute = Callable[[types.ModuleType], None]

_PROVIDER = "flask.json.provider"
_SESSIONS = "airflow.www.extensions.init_session"
_API = "airflow.api_internal.internal_api_call"


class JSONProvider:
    """Stands for flask's class of this name, which a class of Airflow has as its base."""


def _without_flask(module: types.ModuleType, usual: Execute) -> None:
    if _PROVIDER in sys.modules:
        usual(module)
        return
    stand_in = types.ModuleType(_PROVIDER)
    vars(stand_in)["JSONProvider"] = JSONProvider
    with lent(stand_in):
        usual(module)
    # No application has a use for the class before flask is imported, with this module of it.
    when_executed(_PROVIDER, functools.partial(_give_base, module))


def _give_base(importer: types.ModuleType, provider: types.ModuleType, usual: Execute) -> None:
    usual(provider)
    give_bases(importer, JSONProvider, provider.JSONProvider)


def _forget_the_sessions_that_there_are(dispose_orm: Callable[[], None]) -> None:
    if _SESSIONS in sys.modules:
        dispose_orm()
        return
    # It sets one name in this module to None, which it is as long as nobody has imported the module.
    with lent(types.ModuleType(_SESSIONS)):
        dispose_orm()


if is_airflow_2(sys.orig_argv):
    when_executed("airflow.utils.json", _without_flask)
    when_called("airflow.settings", "dispose_orm", _forget_the_sessions_that_there_are)
    put_off(_API, {"requests": (), "urllib3.exceptions": ("NewConnectionError",)})
    # The decorator of each function that may go to the internal API imports an exception that a call may raise.
    put_off_in_function(_API, "internal_api_call", {"requests.exceptions": ("ConnectionError",)})
    put_off("airflow.utils.jwt_signer", {"jwt": ()})
