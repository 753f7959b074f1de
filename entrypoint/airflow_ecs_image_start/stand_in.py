"""Gives a module stand-ins for what it imports and may never use; what they stand for is imported when one is used.

Only the module that is named gets them: whoever else imports the same gets the real thing at once.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from importlib.machinery import ModuleSpec
    from typing import Any

    Execute = Callable[[types.ModuleType], None]

_waiting: dict[str, Callable[[types.ModuleType, Execute], None]] = {}
_groups: list[_Group] = []


class _Finder:
    """Finds a module that is waited for as the other finders do, and has it executed in another way."""

    @staticmethod
    def find_spec(name: str, *_: object) -> ModuleSpec | None:
        execute = _waiting.pop(name, None)
        if execute is None:
            return None
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            usual = spec.loader.exec_module
            spec.loader.exec_module = lambda module: execute(module, usual)  # type: ignore[method-assign]
        return spec


def when_executed(name: str, execute: Callable[[types.ModuleType, Execute], None]) -> None:
    """Have the module of this name, once it is imported, executed by a function, which is given the usual one.

    Of several functions for one module, each is given the next one as the usual.
    """
    earlier = _waiting.get(name)
    if earlier is None:
        _waiting[name] = execute
    else:
        _waiting[name] = lambda module, usual: earlier(module, lambda same: execute(same, usual))
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)


def when_called(name: str, function: str, instead: Callable[..., Any]) -> None:
    """Have `instead(usual, …)` called for a function of the module of this name, which is given as `usual`.

    Does nothing where the module has no such function.
    """

    def execute(module: types.ModuleType, usual_execute: Execute) -> None:
        usual_execute(module)
        usual = getattr(module, function, None)
        if usual is None:
            return

        @functools.wraps(usual)
        def called(*args: Any, **kwargs: Any) -> Any:
            return instead(usual, *args, **kwargs)

        setattr(module, function, called)

    when_executed(name, execute)


@contextlib.contextmanager
def lent(stand_in: types.ModuleType) -> Iterator[None]:
    """Have whoever imports the module of this name meanwhile get this one."""
    name = stand_in.__name__
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]


def put_off(importer: str, modules: Mapping[str, tuple[str, ...]], *, by_way_of: str | None = None) -> None:
    """Give `importer` stand-ins for these modules while it is executed.

    `modules` has the names that the importer takes out of each, all of which it calls or asks for an attribute; a class
    is one that the module defines. Anything else of a module is the real one, which is imported for it. `by_way_of` is
    a package that has the names by its `__getattr__`, where the importer takes them out of the package. Does nothing
    where one of the modules is imported already or the package is not there.
    """

    def execute(module: types.ModuleType, usual: Execute) -> None:
        with _stand_ins(_Group(modules), by_way_of):
            usual(module)

    when_executed(importer, execute)


def put_off_in_function(importer: str, function: str, modules: Mapping[str, tuple[str, ...]]) -> None:
    """Give a function of `importer`, which imports them itself, stand-ins for these modules; see `put_off`."""
    group = _Group(modules)

    def with_stand_ins(usual: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with _stand_ins(group):
            return usual(*args, **kwargs)

    when_called(importer, function, with_stand_ins)


@contextlib.contextmanager
def _stand_ins(group: _Group, by_way_of: str | None = None) -> Iterator[None]:
    before = {name: sys.modules.get(name) for name in group.modules}
    imported = [each for each in before.values() if each is not None and type(each) is not _Module]
    if imported or not _is_there(before):
        yield
        return
    if group not in _groups:
        _groups.append(group)
    sys.modules.update(group.modules)
    package = vars(sys.modules[by_way_of]) if by_way_of in sys.modules else {}
    given = {name: value for name, value in group.names() if by_way_of and name not in package}
    package.update(given)
    try:
        yield
    finally:
        group.withdraw(before)
        for name, value in given.items():
            if package.get(name) is value:
                del package[name]


def give_bases(module: types.ModuleType, stand_in: type, real: type) -> None:
    """Put a class in the place of its stand-in: in a module, and among the bases of the module's classes."""
    for name, value in list(vars(module).items()):
        if value is stand_in:
            setattr(module, name, real)
        elif isinstance(value, type) and stand_in in value.__bases__:
            value.__bases__ = tuple(real if base is stand_in else base for base in value.__bases__)


def import_what_was_put_off(package: str) -> None:
    """Import every module of a package that somebody has a stand-in for."""
    for group in _groups:
        if all(name.partition(".")[0] == package for name in group.modules):
            group.import_all()


def _is_there(modules: Iterable[str]) -> bool:
    packages = {name.partition(".")[0] for name in modules}
    return all(name in sys.modules or _is_installed(name) for name in packages)


@functools.cache
def _is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


class _Group:
    """Stand-ins that come and go together."""

    def __init__(self, modules: Mapping[str, tuple[str, ...]]) -> None:
        self.modules = {name: _Module(name, names, self) for name, names in modules.items()}

    def names(self) -> list[tuple[str, _Name]]:
        """What stands for the names, by name."""
        return [
            (name, value)
            for module in self.modules.values()
            for name, value in vars(module).items()
            if type(value) is _Name
        ]

    def withdraw(self, before: Mapping[str, types.ModuleType | None]) -> None:
        """Put back what was there: nothing, or the stand-ins of another importer that is being executed."""
        for name, stand_in in self.modules.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
                earlier = before[name]
                if earlier is not None:
                    sys.modules[name] = earlier

    def import_all(self) -> None:
        """Import what they stand for, while no stand-in of anybody is in the way."""
        for name, module in list(sys.modules.items()):
            if type(module) is _Module:
                del sys.modules[name]
        for name in self.modules:
            importlib.import_module(name)


class _Module(types.ModuleType):
    def __init__(self, name: str, names: tuple[str, ...], group: _Group) -> None:
        super().__init__(name)
        self._group = group
        for each in names:
            setattr(self, each, _Name(name, functools.partial(self.__getattr__, each)))

    def __getattr__(self, name: str) -> Any:
        # The import of a name out of a module asks for it, and goes on where there is none.
        if name == "__path__":
            raise AttributeError(name)
        self._group.import_all()
        return getattr(sys.modules[self.__name__], name)


class _Name:
    """Stands for a function or a class."""

    def __init__(self, module: str, real: Callable[[], Any]) -> None:
        self._module = module
        self._real = real

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._real()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)

    def __mro_entries__(self, _: object) -> tuple[type]:
        return (self._real(),)

    def __instancecheck__(self, instance: object) -> bool:
        # No object is of a class whose module nobody has imported.
        module = sys.modules.get(self._module)
        return module is not None and type(module) is not _Module and isinstance(instance, self._real())

    def __subclasscheck__(self, cls: type) -> bool:
        return issubclass(cls, self._real())
