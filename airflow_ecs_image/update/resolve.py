"""From a few root requirements to every package with its version and the hashes of the files that fit."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from airflow_ecs_image.errors import RequirementsConflict, SetupFailed
from airflow_ecs_image.update.wheels import MACHINES, NEWEST_GLIBC_MINOR, best_wheel


@dataclass(frozen=True)
class LockedPackage:
    """One line of a lock; `hashes` are SHA-256, one for each file that a supported machine would install."""

    name: str
    version: str
    hashes: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((f"{self.name}=={self.version}", *(f"--hash=sha256:{each}" for each in self.hashes)))


def resolve(
    roots: Sequence[str],
    pythons: Sequence[str],
    constraints: Iterable[str] = (),
    source_packages: Sequence[str] = (),
) -> tuple[LockedPackage, ...]:
    """Resolve `roots` for each Python and machine and merge the answers, sorted by name.

    `source_packages` may come as a source distribution, all others must have a wheel. RequirementsConflict when no
    version fits, when two machines would get different versions, or when a wheel is missing.
    """
    merged: dict[str, LockedPackage] = {}
    for python in pythons:
        names: set[str] = set()
        for machine in MACHINES:
            found = _packages(roots, python, machine, tuple(constraints))
            for each in found:
                _merge(merged, _locked(each, python, machine, source_packages))
            # A lock line has no condition, so what one machine alone needs would break the install on the other.
            if names and (one_sided := names.symmetric_difference(each["name"] for each in found)):
                raise RequirementsConflict(
                    f"needed on one of {', '.join(MACHINES)} only: {', '.join(one_sided)}"
                )
            names = {each["name"] for each in found}
    return tuple(merged[name] for name in sorted(merged))


def uv(*arguments: str) -> None:
    """Run the uv of this environment; SetupFailed when it is not installed, RequirementsConflict with its words."""
    # This interpreter serves for every target: without it uv would download the Python that it resolves for.
    command = [sys.executable, "-m", "uv", "--no-python-downloads", *arguments, "--python", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "No module named uv" in done.stderr:
        raise SetupFailed("uv is not installed in this environment", mend="make environment")
    if done.returncode != 0:
        lines = tuple(done.stderr.strip().splitlines())
        raise RequirementsConflict("uv finds no set of versions that fits", details=lines[-12:])


def _packages(
    roots: Sequence[str], python: str, machine: str, pins: Sequence[str]
) -> list[Mapping[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "roots.in").write_text("\n".join(roots), encoding="utf-8")
        (work / "constraints.txt").write_text("\n".join(pins), encoding="utf-8")
        answer = work / "pylock.toml"
        uv(
            "pip", "compile", str(work / "roots.in"), "--constraints", str(work / "constraints.txt"),
            "--python-version", python, "--python-platform", f"{machine}-manylinux_2_{NEWEST_GLIBC_MINOR}",
            "--format", "pylock.toml", "--output-file", str(answer), "--no-annotate", "--no-header", "--quiet",
        )  # fmt: skip
        packages: list[Mapping[str, Any]] = tomllib.loads(answer.read_text(encoding="utf-8"))["packages"]
        return packages


def _locked(
    package: Mapping[str, Any], python: str, machine: str, source_packages: Sequence[str]
) -> LockedPackage:
    name, version = package["name"], package["version"]
    wheels = {_file_name(wheel): wheel for wheel in package.get("wheels", ())}
    best = best_wheel(wheels, python, machine)
    if best is not None:
        chosen = wheels[best]
    elif name in source_packages and "sdist" in package:
        chosen = package["sdist"]
    else:
        raise RequirementsConflict(
            f"{name}=={version} has no wheel for Python {python} on {machine}",
            mend=f"name '{name}' in source_packages of versions.toml if building it from source is acceptable",
        )
    return LockedPackage(name, version, (chosen["hashes"]["sha256"],))


def _file_name(wheel: Mapping[str, Any]) -> str:
    name: str = wheel.get("name") or unquote(wheel["url"].rsplit("/", 1)[1])
    return name


def _merge(merged: dict[str, LockedPackage], new: LockedPackage) -> None:
    known = merged.get(new.name)
    if known is not None and known.version != new.version:
        raise RequirementsConflict(
            f"{new.name}: {known.version} on one machine or Python and {new.version} on another: one lock cannot hold both"
        )
    hashes = (*known.hashes, *new.hashes) if known else new.hashes
    merged[new.name] = LockedPackage(new.name, new.version, tuple(dict.fromkeys(hashes)))
