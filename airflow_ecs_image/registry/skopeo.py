"""zstd: skopeo compresses the layers anew and writes an OCI manifest, the only one that knows zstd.

docker itself sends gzip alone, and BuildKit compresses by zstd only in a builder that comes from a registry. skopeo is in
Debian since 11 and in Ubuntu since 22.04.
"""

from __future__ import annotations

import ipaddress
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from airflow_ecs_image.console import Console, Step
from airflow_ecs_image.engine.client import DISK_FULL, Engine, last_line
from airflow_ecs_image.errors import DiskFull, SetupFailed, ToolkitError
from airflow_ecs_image.registry.answers import failure
from airflow_ecs_image.registry.login import Login
from airflow_ecs_image.registry.repository import Repository
from airflow_ecs_image.registry.terminal_command import run_on_terminal
from airflow_ecs_image.registry.transfer import Transfer

PROGRAM = "skopeo"
_SAVE_SECONDS = 1800
_AS_IT_IS = "--preserve-digests"
ZSTD_LEVELS = range(1, 21)
"""What skopeo takes (skopeo-copy(1), `--dest-compress-level`)."""


def ensure_skopeo(console: Console) -> None:
    """Install skopeo from the distribution's packages where it is missing. Raises SetupFailed where that is not possible."""
    if shutil.which(PROGRAM):
        return
    from airflow_ecs_image.setup.consent import Consent
    from airflow_ecs_image.setup.machine import this_machine
    from airflow_ecs_image.setup.privileged import apt_install

    machine = this_machine()
    if not (machine.is_debian or machine.is_ubuntu):
        raise SetupFailed(
            f"{PROGRAM}: command not found, and zstd layers need it",
            mend=f"install {PROGRAM}, or push with --compression gzip",
        )
    Consent(machine, console).run(f"Install {PROGRAM}", apt_install((PROGRAM,)))


def compress_layers(image_id: str, folder: Path, engine: Engine, step: Step, level: int) -> Path:
    """The image as an OCI layout below `folder`, its layers compressed by zstd at `level`; returns the layout.

    It is made here and not while pushing: skopeo takes a gzip layer that it knows to be in the repository for a zstd
    one. `docker save` gives it the image, so that any docker context works. Raises ToolkitError.
    """
    archive, layout = folder / "image.tar", folder / "layout"
    folder.mkdir()
    step.update("saving the image")
    engine.docker("image", "save", "--output", str(archive), "--", image_id, timeout=_SAVE_SECONDS)
    transfer = Transfer()

    def show(line: str) -> None:
        transfer.feed(line)
        step.update(f"compressing: {transfer.spoken()}")

    command = [
        *(PROGRAM, "--insecure-policy", "copy", "--format", "oci", "--dest-compress-format", "zstd"),
        *("--dest-compress-level", str(level)),
        *(f"docker-archive:{archive}", f"oci:{layout}"),
    ]
    ended = run_on_terminal(command, show, environment={})
    archive.unlink()
    if ended.exit_code != 0:
        if DISK_FULL.search(ended.stderr):
            raise DiskFull(f"{folder}: no space left", mend="free space there, or set TMPDIR")
        raise ToolkitError(f"{PROGRAM} could not compress the image: {last_line(ended.stderr)}")
    return layout


def push_with_skopeo(
    layout: Path, repository: Repository, tag: str, login: Login, engine: Engine, step: Step
) -> Transfer:
    """Push the image of an OCI layout as it is; `digest` of the result is its digest.

    Raises Transient, TokenExpired, and what `failure` makes of other answers.
    """
    transfer = Transfer()

    def show(line: str) -> None:
        transfer.feed(line)
        step.update(transfer.spoken())

    digest_file = layout.with_name("digest")
    command = [
        *(PROGRAM, "--insecure-policy", "copy", "--digestfile", str(digest_file)),
        *([_AS_IT_IS] if _knows(_AS_IT_IS) else []),
        *(["--dest-authfile", str(login.file)] if login.file else []),
        *(["--dest-tls-verify=false"] if is_insecure(repository.host, engine) else []),
        *(f"oci:{layout}", f"docker://{repository.tagged(tag)}"),
    ]
    ended = run_on_terminal(command, show, environment=login.environment)
    if ended.exit_code != 0:
        raise failure(ended.stderr or f"{PROGRAM} ended without a word", repository, tag)
    transfer.digest = digest_file.read_text(encoding="ascii").strip()
    return transfer


def is_insecure(host: str, engine: Engine) -> bool:
    """Whether docker would speak to this registry without TLS: on the loopback interface, or as its engine is told."""
    name = re.sub(r":\d+$", "", host).strip("[]")
    if name == "localhost":
        return True
    done = engine.complete("info", "--format", "{{json .RegistryConfig}}", timeout=20)
    try:
        known = json.loads(done.stdout)
    except ValueError:
        known = None
    settings = known if isinstance(known, dict) else {}
    index = (settings.get("IndexConfigs") or {}).get(host) or {}
    if index.get("Secure") is False:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    networks = [ipaddress.ip_network(text) for text in settings.get("InsecureRegistryCIDRs") or ()]
    return address.is_loopback or any(
        address in network for network in networks if network.version == address.version
    )


def _knows(option: str) -> bool:
    """Whether this skopeo has an option: `--preserve-digests` came with 1.6."""
    done = subprocess.run(
        [PROGRAM, "copy", "--help"], capture_output=True, check=False, encoding=sys.getdefaultencoding()
    )
    return option in done.stdout
