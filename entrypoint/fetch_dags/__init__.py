"""Fetches DAGs from S3 before Airflow starts. Runs inside the container, on the image's Python, for every task.

Only the standard library, and little of it: each import is paid by every task, at a quarter of a processor fourfold.
`dataclasses`, `enum`, `typing`, `pathlib`, `json`, `http.client` and `tarfile` together cost more than fetching 200 files
from one archive (docs/dags.md, "Why the fetch has a client of its own"), so that they are left out here, or imported where
they are needed.
"""
