"""Puts the import of libcst off until something of it is used.

Airflow 3 imports it, with its whole syntax tree, for the one function that takes the decorator off the source of a
function which is to run in another Python (`@task.virtualenv` and the like). The module with that function gets a
stand-in, which makes way for libcst as soon as anything of it is used. Whoever else imports libcst gets libcst.
"""

from __future__ import annotations

import importlib
import sys
import types

from airflow_ecs_image_start.stand_in import give_bases, lent, when_executed
from airflow_ecs_image_start.worker_command import is_airflow_3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_MODULE = "airflow.sdk.definitions._internal.decorators"


class CSTTransformer:
    """Stands for libcst's class of this name, which a class of that module has as its base."""


class _StandIn(types.ModuleType):
    used = False

    def __getattr__(self, name: str) -> object:
        if name == "CSTTransformer" and not self.used:
            return CSTTransformer
        return getattr(_libcst(), name)


_stand_in = _StandIn("libcst")


def _libcst() -> types.ModuleType:
    """Import it, and put it wherever the module has the stand-in."""
    _stand_in.used = True
    if sys.modules.get("libcst") is _stand_in:
        del sys.modules["libcst"]
    libcst = importlib.import_module("libcst")
    module = sys.modules[_MODULE]
    for name, value in list(vars(module).items()):
        if value is _stand_in:
            setattr(module, name, libcst)
    give_bases(module, CSTTransformer, libcst.CSTTransformer)
    return libcst


def _with_stand_in(module: types.ModuleType, usual: Callable[[types.ModuleType], None]) -> None:
    if "libcst" in sys.modules:
        usual(module)
        return
    try:
        with lent(_stand_in):
            usual(module)
    finally:
        if _stand_in.used:
            _libcst()


if is_airflow_3(sys.orig_argv):
    when_executed(_MODULE, _with_stand_in)
