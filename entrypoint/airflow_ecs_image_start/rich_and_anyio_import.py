"""Puts the imports of rich and of anyio off, which a worker has no use for.

structlog has rich for tracebacks in a terminal, and httpx for a command of its own: the logs of a worker are JSON. httpcore
has anyio for requests that do not wait: those of a worker wait. Whoever else imports rich or anyio gets it.
"""

import sys

from airflow_ecs_image_start.stand_in import put_off
from airflow_ecs_image_start.worker_command import is_airflow_3

if is_airflow_3(sys.orig_argv):
    put_off("structlog.dev", {"rich": (), "rich.console": ("Console",), "rich.traceback": ("Traceback",)})
    put_off("structlog.tracebacks", {"rich": (), "rich.pretty": ()})
    put_off("httpx", {"httpx._main": ("main",)})
    put_off("httpcore._synchronization", {"anyio": ()})
    put_off("httpcore._backends.anyio", {"anyio": ()})
