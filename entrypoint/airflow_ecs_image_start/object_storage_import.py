"""Puts the imports of fsspec and upath off, which Airflow has for paths in object stores.

The module that fills in templates imports them with `ObjectStoragePath`, to ask of each value whether it is one. As long as
nobody has imported the class, none is. Whoever else imports it gets it.
"""

from __future__ import annotations

import sys

from airflow_ecs_image_start.stand_in import put_off
from airflow_ecs_image_start.worker_command import is_airflow_2, is_airflow_3

_NAMES = ("ObjectStoragePath",)

if is_airflow_2(sys.orig_argv):
    put_off("airflow.template.templater", {"airflow.io.path": _NAMES})
if is_airflow_3(sys.orig_argv):
    put_off(
        "airflow.sdk.definitions._internal.templater",
        {"airflow.sdk.io.path": _NAMES},
        by_way_of="airflow.sdk",
    )
