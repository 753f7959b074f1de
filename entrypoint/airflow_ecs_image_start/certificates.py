"""Puts off reading the certificates of all authorities until a worker speaks TLS with Airflow's API server.

Airflow 3 reads them twice, those of the system and those of certifi, before it knows whether the server has an `https` address.
Here the first TLS connection reads them, by the same function. Where the configuration names certificates of its own, they are
read as ever, so that a file that is not there is told at once.
"""

from __future__ import annotations

import sys

from airflow_ecs_image_start.stand_in import when_executed
from airflow_ecs_image_start.worker_command import is_airflow_3

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    import types
    from collections.abc import Callable
    from typing import Any

_NAME = "_get_ssl_context_cached"


def _context(make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """One that is made when anything of it is used."""
    import ssl

    made: list[ssl.SSLContext] = []

    def real() -> ssl.SSLContext:
        if not made:
            made.append(make())
        return made[0]

    class PutOff(ssl.SSLContext):
        def __getattribute__(self, name: str) -> Any:
            # httpx asks whether it is a string, which asks for the class.
            return PutOff if name == "__class__" else getattr(real(), name)

        def __setattr__(self, name: str, value: object) -> None:
            setattr(real(), name, value)

    return ssl.SSLContext.__new__(PutOff, ssl.PROTOCOL_TLS_CLIENT)


def _put_off(module: types.ModuleType, usual: Callable[[types.ModuleType], None]) -> None:
    usual(module)
    make = getattr(module.Client, _NAME, None)
    if make is None:
        return
    by_default = _context(make)

    def get(ca_file: str | None = None, ca_path: str | None = None) -> ssl.SSLContext:
        context: ssl.SSLContext = make(ca_file, ca_path) if ca_file or ca_path else by_default
        return context

    setattr(module.Client, _NAME, staticmethod(get))


if is_airflow_3(sys.orig_argv):
    when_executed("airflow.sdk.api.client", _put_off)
