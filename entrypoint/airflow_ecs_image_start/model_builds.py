"""Puts off the validators and serializers of pydantic models that a worker imports until one is used.

Airflow 3 defines about 200 models on the way to a task, most of them for its API server, and a task needs some twenty.
This is pydantic's own setting `defer_build`, for what is imported before the worker forks the process of the task: models
that a DAG file defines are built as ever.
"""

from __future__ import annotations

import sys

from airflow_ecs_image_start.worker_command import is_airflow_3


def _put_off() -> None:
    import os

    from pydantic import BaseModel, ConfigDict

    usual = BaseModel.model_config
    put_off = ConfigDict({**usual, "defer_build": True})

    def resume() -> None:
        if BaseModel.model_config is put_off:
            BaseModel.model_config = usual

    BaseModel.model_config = put_off
    os.register_at_fork(after_in_parent=resume, after_in_child=resume)


if is_airflow_3(sys.orig_argv):
    _put_off()
