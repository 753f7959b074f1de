"""Secrets of a build: in no layer, history, argument list, log or error."""

from __future__ import annotations

import io
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_ecs_image.engine import BuildResult, Secret, images
from airflow_ecs_image.engine.failures import StepFailed
from airflow_ecs_image.errors import SpecError

CANARY = "canary-5f0d1c"

Builder = Callable[..., BuildResult]


def test_a_secret_leaves_no_trace(
    built: Builder, name: str, output: io.StringIO, tmp_path: Path, root_filesystem_image: str
) -> None:
    configuration = tmp_path / "pip, with comma.conf"
    configuration.write_text(f"[global]\nindex-url = https://user:{CANARY}-2@index.invalid/simple\n")
    secrets = (Secret("token", value=f"{CANARY}-1"), Secret("pip-conf", configuration))
    mounts = "--mount=type=secret,id=token,required=true --mount=type=secret,id=pip-conf,required=true"
    dockerfile = f"FROM {root_filesystem_image}\nRUN {mounts} cat /run/secrets/* && sleep 0.5\n"
    seen: set[str] = set()
    finished = threading.Event()
    watcher = threading.Thread(target=watch_process_list, args=(seen, finished))
    watcher.start()
    try:
        built(dockerfile, secrets=secrets, no_cache=True)
    finally:
        finished.set()
        watcher.join()

    assert any("buildx" in command for command in seen)
    assert not [command for command in seen if CANARY in command]
    assert CANARY not in repr(images.inspect(name))
    assert CANARY not in output.getvalue()
    with images.save(name) as archive, tarfile.open(fileobj=archive, mode="r|") as members:
        for member in members:
            content = members.extractfile(member)
            assert content is None or CANARY.encode() not in content.read()


def test_a_secret_that_a_step_prints_is_masked_in_the_error(
    built: Builder, output: io.StringIO, root_filesystem_image: str
) -> None:
    command = "echo $password $(cat /run/secrets/token) https://a:b@c.invalid; false"
    dockerfile = f"FROM {root_filesystem_image}\nARG password\nRUN --mount=type=secret,id=token {command}\n"

    with pytest.raises(StepFailed) as raised:
        built(
            dockerfile,
            secrets=(Secret("token", value=f"{CANARY}-1"),),
            secret_build_args={"password": f"{CANARY}-2"},
        )

    error = raised.value
    assert error.details == ("*** *** https://***@c.invalid",)
    assert CANARY not in f"{error} {error.step_name} {error.log} {error.mend} {output.getvalue()}"


def test_a_secret_file_that_is_missing_is_named(built: Builder, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"build secret ca: .*missing\.pem is no file"):
        built("FROM scratch\n", secrets=(Secret("ca", tmp_path / "missing.pem"),))


def watch_process_list(seen: set[str], finished: threading.Event) -> None:
    """Collects the argument lists of all processes, as any user of this machine can read them."""
    while not finished.wait(0.05):
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
