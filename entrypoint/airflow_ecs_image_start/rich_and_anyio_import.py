"""Puts the imports of rich and of anyio off, which a worker has no use for.

Airflow 3: structlog has rich for tracebacks in a terminal, and httpx for a command of its own: the logs of a worker are JSON.
httpcore has anyio for requests that do not wait: those of a worker wait. Airflow 2 has rich for the tables of other commands,
and for warnings, of which a worker shows some at each start: here one that rich would write as it is, is written as it is.
Whoever else imports rich or anyio gets it.
"""

from __future__ import annotations

import functools
import os
import sys
import warnings

from airflow_ecs_image_start.stand_in import put_off, when_executed
from airflow_ecs_image_start.worker_command import is_airflow_2, is_airflow_3

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from typing import TextIO


def is_written_as_it_is(stream: TextIO, place: str, text: str) -> bool:
    """Whether rich surely writes the text, which begins with `place`, to the stream without a change; False is doubt."""
    if "FORCE_COLOR" in os.environ or "TTY_COMPATIBLE" in os.environ or stream.isatty():
        return False
    # No markup, no control characters, and no :name: of an emoji.
    names = text.split(":")[1:-1]
    plain = text.isascii() and text.replace("\n", "").isprintable() and "\\" not in text
    return plain and "[" not in place and all(" " in name or "\n" in name for name in names)


def _show_warnings_without_rich(
    settings: types.ModuleType, usual: Callable[[types.ModuleType], None]
) -> None:
    usual(settings)
    by_rich = getattr(settings, "custom_show_warning", None)
    if by_rich is None:
        return

    @functools.wraps(by_rich)
    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        stream = file or sys.stderr
        place = line or f"{filename}:{lineno}"
        text = f"{place} {category.__name__}: {message}"
        if is_written_as_it_is(stream, place, text):
            stream.write(text + "\n")
            stream.flush()
        else:
            by_rich(message, category, filename, lineno, file, line)

    vars(settings)["custom_show_warning"] = show
    if warnings.showwarning is by_rich:
        warnings.showwarning = show


if is_airflow_3(sys.orig_argv):
    put_off("structlog.dev", {"rich": (), "rich.console": ("Console",), "rich.traceback": ("Traceback",)})
    put_off("structlog.tracebacks", {"rich": (), "rich.pretty": ()})
    put_off("httpx", {"httpx._main": ("main",)})
    put_off("httpcore._synchronization", {"anyio": ()})
    put_off("httpcore._backends.anyio", {"anyio": ()})
if is_airflow_2(sys.orig_argv):
    put_off("airflow.cli.commands.task_command", {"airflow.cli.simple_table": ("AirflowConsole",)})
    when_executed("airflow.settings", _show_warnings_without_rich)
