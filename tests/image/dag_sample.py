"""DAGs for S3 whose names ask for trouble, and that load on Airflow 2 and 3."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping


def dag(name: str) -> bytes:
    return (
        "try:\n    from airflow.sdk import DAG\nexcept ImportError:\n    from airflow import DAG\n"
        f"dag = DAG({name!r}, schedule=None)\n"
    ).encode()


FILES = {
    "first.py": dag("first"),
    "team a/nested/second.py": dag("second"),
    "team a/nested/__init__.py": b"",
    "équipe/日本/third 🚀.py": dag("third"),
    "ignored/broken.py": b"from airflow import DAG\nraise SystemError\n",
    # A regular expression for Airflow 2, a glob for 3.
    ".airflowignore": b"ignored/\n",
    "sql/query.sql": b"select 1",
    "a+b&c=d%20.txt": b"a key that a URL must quote",
}
DAGS = {"first": "first.py", "second": "team a/nested/second.py", "third": "équipe/日本/third 🚀.py"}
OTHERS = {"team/dags/": b"", "team/dags-old/old.py": dag("old"), "team/other.py": dag("other")}


def archive(files: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return content.getvalue()
