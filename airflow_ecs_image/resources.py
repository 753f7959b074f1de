"""Where the files that are not Python live: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_directory() -> Path:
    """The folder that holds Dockerfile.j2, entrypoint/, requirements/ and dags_example/."""
    bundled = _PACKAGE / "resources"
    return bundled if bundled.is_dir() else _PACKAGE.parent


def resource(relative_path: str) -> Path:
    """The path of one such file, for example `resource("requirements/versions.toml")`."""
    return resource_directory() / relative_path
