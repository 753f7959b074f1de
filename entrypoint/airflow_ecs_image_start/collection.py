"""Puts garbage collection off while a worker command imports Airflow.

Importing Airflow makes half a million objects and next to no garbage, and the collector walks over them again and again:
while they are made, and at the end of each of the worker's two processes. Here it waits until the worker forks the process
of the task, which is when the imports are done. What exists by then counts as permanent (gc.freeze), for the collector
need not look at it again; from then on it works by the thresholds that it had. It is never off: a worker that forks
nothing has it run after a million objects.
"""

import sys

from airflow_ecs_image_start.worker_command import is_worker

_OBJECTS = 1_000_000


def _put_off() -> None:
    import gc
    import os

    usual = gc.get_threshold()
    put_off = (_OBJECTS, *usual[1:])
    pending = True

    def freeze() -> None:
        if pending:
            gc.freeze()

    def resume() -> None:
        nonlocal pending
        # Whoever has set thresholds of their own meanwhile keeps them.
        if pending and gc.get_threshold() == put_off:
            gc.set_threshold(*usual)
        pending = False

    gc.set_threshold(*put_off)
    os.register_at_fork(before=freeze, after_in_parent=resume, after_in_child=resume)


if is_worker(sys.orig_argv):
    _put_off()
