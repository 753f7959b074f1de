"""Versions as the installed distributions state them."""

import importlib.metadata
from typing import Any

DISTRIBUTIONS = (
    "apache-airflow",
    "apache-airflow-core",
    "apache-airflow-task-sdk",
    "apache-airflow-providers-amazon",
    "boto3",
    "botocore",
)


def probe(arguments: dict[str, Any]) -> dict[str, Any]:
    """The version of each distribution, None where it is not installed."""
    return {name: installed(name) for name in DISTRIBUTIONS}


def installed(name: str) -> "str | None":
    """The version of one distribution."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
