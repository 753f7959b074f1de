"""The DAG fetch as the entrypoint runs it, and what it left."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "entrypoint/fetch-dags.py"
COMMAND = (sys.executable, "-I", "-S", str(PROGRAM))
_SECONDS = 90

Tree = Mapping[str, bytes]

BEFORE: Tree = {"first.py": b"old", "old/stale.py": b"stale"}
"""What the target of the fixtures holds before a fetch."""

SAMPLE: Tree = {
    **{f"package {number % 3}/{number}.py": b"%d" % number * 500 for number in range(30)},
    "empty.py": b"",
    "big.bin": bytes(range(256)) * 2000,
}
"""What a prefix may hold: enough files for every connection, an empty one and a big one."""


@dataclass(frozen=True)
class Ended:
    """How a run of the program ended, and after how many seconds."""

    code: int
    stdout: str
    stderr: str
    seconds: float


POWERLESS = ("setpriv", "--bounding-set=-all") if os.geteuid() == 0 else ()
"""Runs a command as a user whom permissions hold up, which root is not."""


@dataclass(frozen=True)
class Fetcher:
    """Runs the program with a target folder and an environment that leads to a server; `through` another command."""

    target: Path
    environment: Mapping[str, str]
    through: tuple[str, ...] = ()

    def variables(self, **environment: str | None) -> dict[str, str]:
        """The whole environment of a run; None takes a variable out."""
        whole: dict[str, str | None] = {
            "PATH": "/usr/bin:/bin",
            "HOME": "/nowhere",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        whole |= {**self.environment, **environment}
        return {name: value for name, value in whole.items() if value is not None}

    def __call__(self, uri: str, **environment: str | None) -> Ended:
        """Run it to its end."""
        began = time.monotonic()
        with self.start(uri, **environment) as process:
            return finish(process, began)

    def start(self, uri: str, **environment: str | None) -> subprocess.Popen[str]:
        """Start it."""
        return subprocess.Popen(
            [*self.through, *COMMAND, uri, str(self.target)],
            env=self.variables(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogateescape",
            umask=0o002,
        )

    @property
    def tree(self) -> Tree:
        """What the target holds now."""
        return tree_of(self.target)

    @property
    def leftovers(self) -> list[str]:
        """What lies beside the target and does not belong there, or in it under a name of the fetch's own."""
        beside = [path.name for path in self.target.parent.iterdir() if path != self.target]
        return (
            beside + [path.name for path in self.target.glob(".fetching*")]
            if self.target.is_dir()
            else beside
        )


def finish(process: subprocess.Popen[str], began: float) -> Ended:
    """Wait for a program that was started; it is killed when it does not end."""
    try:
        stdout, stderr = process.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Ended(process.returncode, stdout, stderr, time.monotonic() - began)


def tree_of(folder: Path) -> Tree:
    """Every file by its path, hidden ones too; an empty folder as `name/`, a link as `name -> where`."""
    tree: dict[str, bytes] = {}
    for root, folders, files in os.walk(folder):
        here = Path(root)
        if not folders and not files and here != folder:
            tree[f"{here.relative_to(folder).as_posix()}/"] = b""
        for name in [*files, *folders]:
            path = here / name
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink():
                tree[f"{relative} -> {path.readlink()}"] = b""
            elif name in files:
                tree[relative] = path.read_bytes()
    return tree


def assert_fetched(ended: Ended, files: int, uri: str) -> None:
    """It has said so, in one line, and nothing else."""
    assert (ended.code, ended.stderr) == (0, ""), ended
    noun = "file" if files == 1 else "files"
    assert re.fullmatch(
        rf"fetch-dags: {files} {noun} from {re.escape(uri)} in [\d.,]+ m?s \([^)]*\bversion [0-9a-f]{{12}}\)\n",
        ended.stdout,
    ), ended.stdout


def assert_refused(ended: Ended, code: int, pattern: str, *secrets: str) -> None:
    """It has ended with that code and one line that matches and holds no secret."""
    assert ended.code == code, ended
    assert ended.stdout == ""
    assert re.fullmatch(r"fetch-dags: [^\n]*[^\n ]; [^\n]+\n", ended.stderr), ended.stderr
    assert re.search(pattern, ended.stderr), ended.stderr
    assert not [secret for secret in secrets if secret in ended.stderr]


def together(starts: Sequence[Callable[[], subprocess.Popen[str]]], *, at_once: int) -> list[Ended]:
    """Run programs, so many at once; results in the order of the list."""
    results: dict[int, Ended] = {}
    running: dict[int, tuple[subprocess.Popen[str], float]] = {}
    for index, start in enumerate(starts):
        running[index] = (start(), time.monotonic())
        while len(running) >= at_once or (index == len(starts) - 1 and running):
            done = [number for number, (process, began) in running.items() if process.poll() is not None]
            for number in done:
                process, began = running.pop(number)
                with process:
                    results[number] = finish(process, began)
            if not done:
                time.sleep(0.005)
    return [results[index] for index in range(len(starts))]
