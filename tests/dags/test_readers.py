"""Who reads while somebody pushes, and the fetcher of the container."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.s3.fault_proxy import fault_proxy
from tests.s3.faults import HEALTHY, Fault, Request

from .conftest import POINTER, Bucket, Project

ROOT = Path(__file__).resolve().parents[2]


def test_readers_see_one_version_or_the_other_and_never_a_mixture(
    bucket: Bucket, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four readers loop over pointer and archive while six versions are pushed, each upload slowed to half a second."""
    pushed = {project.push("0", bucket)}
    seen: list[str] = []
    wrong: list[str] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            sha256, name = bucket.read(f"team/dags/{POINTER}").decode().split()
            content = bucket.read(f"team/dags/{name}")
            with tarfile.open(fileobj=io.BytesIO(content)) as tar:
                texts = {
                    file.read().partition(b"=")[2] for member in tar if (file := tar.extractfile(member))
                }
            if hashlib.sha256(content).hexdigest() != sha256 or len(texts) != 1:
                wrong.append(name)
            seen.append(sha256)

    def slow(request: Request) -> Fault:
        return Fault(delay=0.5) if request.kind == "put" else HEALTHY

    with ThreadPoolExecutor(4) as readers:
        reading = [readers.submit(read) for _ in range(4)]
        with fault_proxy(bucket.url, slow) as proxy:
            monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
            for number in range(1, 7):
                pushed.add(project.push(str(number), bucket))
        time.sleep(0.2)
        over.set()
        for each in reading:
            each.result()
    assert wrong == []
    assert set(seen) == pushed
    assert len(seen) > 100


def test_the_container_s_fetcher_takes_what_was_pushed(
    bucket: Bucket, project: Project, tmp_path: Path
) -> None:
    """The pointer leads to the current version, an archive's name to that one."""
    project.write({"été 日本.py": "x = 1\n", "b.py": "y = 2\n"})
    first = project.json("push", bucket.uri)
    project.version("second")
    project.json("push", bucket.uri)

    def fetched(uri: str) -> dict[str, str]:
        target = tmp_path / "fetched"
        done = subprocess.run(
            [sys.executable, "-I", "-S", ROOT / "entrypoint/fetch-dags.py", uri, target],
            env=dict(bucket.environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return {path.name: path.read_text() for path in target.iterdir()}

    assert fetched(f"{bucket.uri}/{POINTER}") == {"one.py": "one = 'second'\n", "two.py": "two = 'second'\n"}
    assert fetched(first["archive"]) == {"été 日本.py": "x = 1\n", "b.py": "y = 2\n"}
    project.json("rollback", bucket.uri)
    assert fetched(f"{bucket.uri}/{POINTER}").keys() == {"été 日本.py", "b.py"}
