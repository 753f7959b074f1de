"""Building an image with BuildKit: a live step list, an explained failure, and nothing left after Ctrl-C."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image.console import Console
from airflow_ecs_image.engine.client import Engine, command_environment, docker_missing
from airflow_ecs_image.engine.failures import build_failure
from airflow_ecs_image.engine.images import tag
from airflow_ecs_image.engine.interruption import ended_by_signals, uninterrupted
from airflow_ecs_image.engine.progress import BuildProgress
from airflow_ecs_image.engine.request import BuildRequest, Secret
from airflow_ecs_image.engine.step_list import StepList
from airflow_ecs_image.errors import DiskFull, Interrupted, SpecError

__all__ = ["BuildRequest", "BuildResult", "Secret", "build"]

_STOP_SECONDS = 15


@dataclass(frozen=True)
class BuildResult:
    """A finished build: the image's id, the seconds it took, and how many of the steps the cache saved."""

    image_id: str
    seconds: float
    steps_total: int
    steps_cached: int


def build(
    request: BuildRequest,
    console: Console,
    *,
    engine: Engine | None = None,
    progress_format: str = "rawjson",
) -> BuildResult:
    """Build the image, showing each step on the console.

    `progress_format` is what buildx is asked for: `rawjson`, or `plain`, which is also the fallback for a
    buildx before 0.13. Raises BuildFailed (as StepFailed, with `step_name` and `log`), DiskFull,
    PlatformUnavailable, BaseUnavailable, ImageNotFound, EngineUnavailable; Interrupted on Ctrl-C, once
    BuildKit has stopped.
    """
    engine = engine or Engine()
    started = time.monotonic()
    tagged = False
    for secret in request.secrets:
        if secret.path is not None and not secret.path.is_file():
            raise SpecError(f"build secret {secret.id}: {secret.path} is no file", mend="correct the path")
    try:
        with ended_by_signals(), tempfile.TemporaryDirectory(prefix="airflow-ecs-image-build-") as directory:
            dockerfile, id_file = Path(directory, "Dockerfile"), Path(directory, "image-id")
            dockerfile.write_text(request.dockerfile, encoding="utf-8")
            options = [
                *("--builder", engine.builder(), "--file", str(dockerfile), "--iidfile", str(id_file)),
                *(*request.arguments(), "--", str(request.context)),
            ]
            exit_code, progress = _run(engine, request, console, options, progress_format)
            if exit_code != 0 and not progress.vertices and "invalid progress mode" in progress.error:
                exit_code, progress = _run(engine, request, console, options, "plain")
            if exit_code != 0:
                raise build_failure(progress, platform=request.platform)
            image_id = id_file.read_text(encoding="utf-8").strip()
            # Tagged here and not by BuildKit: nothing can then come between the image and its names.
            with uninterrupted():
                for name in request.tags:
                    tag(image_id, name, engine=engine)
                tagged = True
    except KeyboardInterrupt:
        outcome = "the image was tagged already" if tagged else "nothing was tagged"
        raise Interrupted(f"build interrupted: {outcome}") from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(
            f"{tempfile.gettempdir()}: no space left for temporary files",
            mend="free space there, or set TMPDIR",
        ) from None
    return BuildResult(image_id, time.monotonic() - started, len(progress.steps), progress.steps_cached)


def _run(
    engine: Engine, request: BuildRequest, console: Console, options: list[str], progress_format: str
) -> tuple[int, BuildProgress]:
    """Run buildx to its end and show its steps; its exit code and all that it reported."""
    progress = BuildProgress(request.redactor())
    steps = StepList(console)
    try:
        process = subprocess.Popen(
            [engine.executable, "buildx", "build", f"--progress={progress_format}", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=command_environment(request.secret_environment()),
            # Ctrl-C on a terminal reaches the whole group; in its own group buildx is stopped once, by us.
            process_group=0,
        )
    except FileNotFoundError:
        raise docker_missing(engine.executable) from None
    assert process.stderr is not None
    with io.TextIOWrapper(process.stderr, encoding="utf-8", errors="replace", newline="\n") as report:
        try:
            for line in report:
                for vertex in progress.feed(line):
                    steps.show(vertex)
            exit_code = process.wait()
            if exit_code == 0:
                steps.add_cached(progress.steps_unneeded)
            return exit_code, progress
        except BaseException:
            _stop(process, report)
            raise
        finally:
            steps.close()


def _stop(process: subprocess.Popen[bytes], report: io.TextIOWrapper) -> None:
    """Have buildx cancel the build, and wait for it; a second Ctrl-C or the time limit ends it at once."""
    if process.poll() is not None:
        return
    impatient = threading.Timer(_STOP_SECONDS, _signal, (process, signal.SIGKILL))
    impatient.daemon = True
    impatient.start()
    try:
        _signal(process, signal.SIGINT)
        # Buildx waits for its reader, so the report is read to the end.
        for _ in report:
            pass
        process.wait()
    except KeyboardInterrupt:
        _signal(process, signal.SIGKILL)
        process.wait()
    finally:
        impatient.cancel()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
