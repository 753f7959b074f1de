"""Debian's root filesystem, which a source base starts from: from the registry, else made from the Debian mirror."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine, images
from airflow_ecs_image.errors import SetupFailed
from airflow_ecs_image.versions import load_versions

REPOSITORY = "airflow-ecs-image/root-filesystem"
# `make clean` knows the images of this project by their labels.
ROOT_FILESYSTEM_LABEL = "io.airflow-ecs-image.root-filesystem"
_MINUTES_20 = 1200


def mirror_reference(suite: str, architecture: str) -> str:
    """The name, in this machine's image store, of the root filesystem made from the mirror."""
    return f"{REPOSITORY}:{suite}-{architecture}"


def ensure_from_mirror(suite: str, mirror: str, console: Console) -> str:
    """Make the root filesystem for this engine's processor unless it is there; returns its reference.

    Raises SetupFailed when mmdebstrap is missing or fails.
    """
    architecture = Engine().architecture()
    reference = mirror_reference(suite, architecture)
    if images.exists(reference):
        return reference
    with console.step(f"Root filesystem of Debian {suite} from {mirror}") as step:
        if shutil.which("mmdebstrap") is None:
            raise SetupFailed(
                "mmdebstrap is missing: no container registry answers, so the root filesystem comes from the mirror",
                mend="python build.py setup root-filesystem",
            )
        with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-") as directory:
            archive = Path(directory, "root.tar")
            lines = _mmdebstrap(suite, mirror, architecture, archive)
            for line in lines:
                step.update(line)
            images.import_root_filesystem(
                archive, reference, f"linux/{architecture}", labels={ROOT_FILESYSTEM_LABEL: suite}
            )
    return reference


def _mmdebstrap(suite: str, mirror: str, architecture: str, archive: Path) -> Iterable[str]:
    sources = (
        f"deb {mirror} {suite} main",
        f"deb {mirror} {suite}-updates main",
        f"deb {mirror}-security {suite}-security main",
    )
    command = ["mmdebstrap", "--variant=apt", "--include=ca-certificates", f"--architectures={architecture}"]
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    if keyring.exists():
        command.append(f"--keyring={keyring}")
    try:
        completed = subprocess.run(
            [*command, suite, str(archive), *sources],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_MINUTES_20,
            check=False,
            env={
                **os.environ,
                "LC_ALL": "C.UTF-8",
                # The same packages give the same layer (man mmdebstrap, "SOURCE_DATE_EPOCH").
                "SOURCE_DATE_EPOCH": str(load_versions().source_date_epoch),
            },
        )
    except subprocess.TimeoutExpired:
        raise SetupFailed(
            f"the root filesystem of Debian {suite} was not there after {_MINUTES_20 // 60} minutes",
            mend="check that the mirror answers (python build.py doctor), or name another with --debian-mirror",
        ) from None
    lines = completed.stderr.splitlines()
    if completed.returncode != 0:
        errors = tuple(line for line in lines if line.startswith("E:")) or tuple(lines[-5:])
        raise SetupFailed(
            f"the root filesystem of Debian {suite} could not be made from {mirror}",
            mend="check that the mirror answers (python build.py doctor), or name another with --debian-mirror",
            details=errors[-5:],
        )
    return lines
