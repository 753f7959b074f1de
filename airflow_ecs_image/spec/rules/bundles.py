"""The DAG bundle that a worker of Airflow 3 downloads by itself: S3DagBundle of the executor package."""

from __future__ import annotations

import re
from collections.abc import Mapping

from airflow_ecs_image.spec.refusal import Refused
from airflow_ecs_image.spec.rules import s3
from airflow_ecs_image.spec.rules.s3 import DagSource
from airflow_ecs_image.versions import load_versions

CONFIG_VARIABLE = "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"

# Airflow configuration reference, [dag_processor] dag_bundle_config_list: the bundle that is there when none is named.
DEFAULT_NAME = "dags-folder"

_ALLOWED_NAME = "the name of the scheduler's bundle, such as dags-folder or team"
# airflow/dag_processing/bundles/manager.py refuses the first; bundles/base.py keeps the others beside the bundles.
_TAKEN_NAMES = ("example_dags", "_locks", "_tracking", ".", "..")
# Column name of the table dag_bundle; with ".lock" it is also a file name.
_LONGEST_NAME = 250


def dag_bundle(value: str | None, uri: str | None, airflow: str | None) -> str | None:
    """Refuse a location that S3DagBundle does not find, or that its Airflow or `s3_uri` makes no use of.

    `airflow` is None when the version itself was refused.
    """
    if value is None:
        return None
    if airflow is not None and load_versions().release(airflow).major < 3:
        raise Refused(f"Airflow {airflow} has no DAG bundles", "s3_uri in its place, or an Airflow 3")
    if uri is not None:
        raise Refused("s3_uri is set, and a worker gets its DAGs in one way", "one of dag_bundle and s3_uri")
    if s3.is_archive(value):
        raise Refused("a DAG bundle is not unpacked", "a prefix, or s3_uri in its place")
    _, _, prefix = value.removeprefix("s3://").partition("/")
    # S3Hook.check_for_prefix of the executor package splits the key at \w+/ and calls other prefixes missing.
    if prefix and not re.search(r"\w/?$", prefix):
        raise Refused(
            "S3DagBundle finds no prefix with that end", "a prefix that ends in a letter, a digit or _"
        )
    return value


def dag_bundle_name(value: str, bundle: str | None) -> str:
    """Refuse a name that Airflow cannot keep, and one without a bundle."""
    if value in _TAKEN_NAMES:
        raise Refused("Airflow keeps that name for itself", _ALLOWED_NAME)
    if not value or "/" in value or value != value.strip():
        raise Refused("it is not the name of a folder, which Airflow makes of it", _ALLOWED_NAME)
    if len(value.encode()) > _LONGEST_NAME:
        raise Refused(f"it is longer than {_LONGEST_NAME} bytes", _ALLOWED_NAME)
    if bundle is None and value != DEFAULT_NAME:
        raise Refused("dag_bundle is not set, so that there is nothing to name", "set dag_bundle as well")
    return value


def default_dag_source(uri: str | None, bundle: str | None) -> DagSource:
    """The DAG source of a spec that names none."""
    return "none" if bundle is not None else s3.default_dag_source(uri)


def dag_source(value: DagSource, bundle: str | None) -> DagSource:
    """Refuse a DAG source beside a bundle: there would be two."""
    if bundle is not None and value != "none":
        raise Refused("dag_bundle is set, and would be a second one", "none, or leave dag_bundle out")
    return value


def environment(values: Mapping[str, str], bundle: str | None) -> dict[str, str]:
    """Refuse the list of bundles that a user wrote beside `dag_bundle`, which writes it as well."""
    if bundle is not None and CONFIG_VARIABLE in values:
        raise Refused(
            "dag_bundle sets it", "one of the two: without dag_bundle the list is yours", item=CONFIG_VARIABLE
        )
    return dict(values)
