"""What the log says of an error that nobody expected: its type and its place, never a value that may be secret."""

from __future__ import annotations

import logging


def log_defect(log: logging.Logger, what: str, error: BaseException) -> None:
    """One line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    log.error("%s: %s%s", what, type(error).__name__, place)
