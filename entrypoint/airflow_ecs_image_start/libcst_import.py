"""Puts the import of libcst off until something of it is used.

Airflow 3 imports it, with its whole syntax tree, for the one function that takes the decorator off the source of a
function which is to run in another Python (`@task.virtualenv` and the like). The module with that function gets a
stand-in, which makes way for libcst as soon as anything of it is used. Whoever else imports libcst gets libcst.
"""

from __future__ import annotations

import importlib.util
import sys
import types

from airflow_ecs_image_start.worker_command import is_airflow_3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.abc import Loader
    from importlib.machinery import ModuleSpec

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
        elif isinstance(value, type) and CSTTransformer in value.__bases__:
            bases = (libcst.CSTTransformer if base is CSTTransformer else base for base in value.__bases__)
            value.__bases__ = tuple(bases)
    return libcst


class _Finder:
    """Finds the module as the other finders do, and has it executed with the stand-in."""

    @classmethod
    def find_spec(cls, name: str, *_: object) -> ModuleSpec | None:
        if name != _MODULE:
            return None
        sys.meta_path.remove(cls)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None and "libcst" not in sys.modules:
            _execute_with_stand_in(spec.loader)
        return spec


def _execute_with_stand_in(loader: Loader) -> None:
    usual = loader.exec_module

    def exec_module(module: types.ModuleType) -> None:
        sys.modules["libcst"] = _stand_in
        try:
            usual(module)
        finally:
            if sys.modules.get("libcst") is _stand_in:
                del sys.modules["libcst"]
            if _stand_in.used:
                _libcst()

    loader.exec_module = exec_module  # type: ignore[method-assign]


if is_airflow_3(sys.orig_argv):
    sys.meta_path.insert(0, _Finder)
