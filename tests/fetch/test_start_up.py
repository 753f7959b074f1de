"""What the fetch imports: each module costs every task its start."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.s3.rclone_server import S3Server

from .fetcher import PROGRAM, Fetcher

# What is heavy and not needed: found in the list, it has to be justified by a measurement, or to go.
NOT_ALLOWED = {
    "argparse", "asyncio", "boto3", "botocore", "concurrent", "contextlib", "ctypes", "dataclasses", "datetime", "email",
    "encodings.idna", "http", "importlib.metadata", "inspect", "json", "logging", "pathlib", "random", "shutil", "site", "ssl",
    "subprocess", "tarfile", "tempfile", "typing", "urllib", "xml",
}  # fmt: skip
_SCRIPT = """
import json, os, sys
sys.path.insert(0, {folder!r})
from fetch_dags import main
main._end = lambda code: (print(json.dumps([code, sorted(sys.modules)]), flush=True), os._exit(code))
main.main(sys.argv[1:])
"""


@pytest.mark.parametrize("key", ["dags", "packed/dags.tar.gz"])
def test_nothing_heavy_is_imported(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, tmp_path: Path, key: str
) -> None:
    folder = rclone.folder / bucket
    for name in ("dags/a.py", "packed/dags.tar.gz"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / "dags/a.py").write_text("a = 1\n")
    with tarfile.open(folder / "packed/dags.tar.gz", "w:gz") as archive:
        archive.add(folder / "dags/a.py", "a.py")

    # Onto a folder that is not there, as in an image without DAGs: to exchange two folders takes ctypes.
    done = subprocess.run(
        [
            *(sys.executable, "-I", "-S", "-c", _SCRIPT.format(folder=str(PROGRAM.parent))),
            *(f"s3://{bucket}/{key}", str(tmp_path / "fresh")),
        ],
        env=on_rclone.variables(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])

    assert code == 0, done.stderr
    # What the interpreter brings by itself, and `json`, which this test itself imports.
    assert NOT_ALLOWED & set(modules) == {"json"}
