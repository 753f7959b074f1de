"""Every failure as people and programs want it: one line and its mend, or one JSON document; and an exit code."""

from __future__ import annotations

import errno
import sys
import traceback
from pathlib import Path

import click

from airflow_ecs_image.cli.invocation import Invocation
from airflow_ecs_image.cli.usage import usage_error
from airflow_ecs_image.console import Console
from airflow_ecs_image.errors import DiskFull, Interrupted, ToolkitError


def report(error: BaseException, invocation: Invocation) -> int:
    """Report any exception and return the exit code; with --debug its traceback comes first."""
    if invocation.debug:
        traceback.print_exception(error)
    failure = as_toolkit_error(error)
    Console(invocation.json_mode, stream=sys.stderr).error(failure.message, failure.mend, failure.details)
    Console(invocation.json_mode).document(error_document(failure))
    return failure.exit_code


def end(
    document: dict[str, object], failure: ToolkitError | None, console: Console, invocation: Invocation
) -> int:
    """End a verb that has a document to tell even when it failed; returns the exit code.

    In JSON mode there can be only one document, so that the failure goes into it; else it is raised.
    """
    if failure is None:
        console.document(document)
        return 0
    if not invocation.json_mode:
        raise failure
    console.error(failure.message, failure.mend)
    console.document({**document, **error_document(failure)})
    return failure.exit_code


def as_toolkit_error(error: BaseException) -> ToolkitError:
    """The failure in the toolkit's own words."""
    if isinstance(error, ToolkitError):
        return error
    if isinstance(error, click.UsageError):
        return usage_error(error)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return Interrupted("interrupted")
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        if error.errno == errno.ENOSPC:
            return DiskFull(
                f"{where}no space is left on the device", mend="free some space, then run it again"
            )
        return ToolkitError(f"{where}{error.strerror}")
    return _unexpected(error)


def error_document(failure: ToolkitError) -> dict[str, object]:
    """The JSON document of a failure; `details` only where there are some."""
    content: dict[str, object] = {
        "type": type(failure).__name__,
        "message": failure.message,
        "mend": failure.mend,
        "exit_code": failure.exit_code,
    }
    if failure.details:
        content["details"] = list(failure.details)
    return {"error": content}


def _unexpected(error: BaseException) -> ToolkitError:
    """Say where it happened and not what the exception says: that may hold a value nobody should see."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return ToolkitError(
        f"a mistake in the toolkit itself: {type(error).__name__}{where}",
        mend="run it again with --debug and report what it prints",
    )
