"""Changes to the text of versions.toml that leave its comments and its order alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import tomlkit

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.versions import AirflowRelease


def set_value(document: str, path: tuple[str, ...], value: str | dt.date) -> str:
    """Set the key at `path`, for example ("tools", "uv"), and return the new text."""
    parsed = tomlkit.parse(document)
    table: Any = parsed
    for name in path[:-1]:
        table = table[name]
    if table.get(path[-1]) == value:
        return document
    table[path[-1]] = value
    return tomlkit.dumps(parsed)


def add_release(document: str, version: str, releases: Mapping[str, AirflowRelease]) -> str:
    """Add an Airflow by copying the newest one of its minor version, without the digests, which are another image's.

    SpecError when the version is no X.Y.Z or no release of its minor version is there to copy.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise SpecError(f"airflow: '{version}' — not a version; allowed: X.Y.Z")
    minor = version.rsplit(".", 1)[0]
    relatives = [known for known in releases if known.rsplit(".", 1)[0] == minor]
    if not relatives:
        raise SpecError(
            f"airflow: '{version}' — versions.toml has no Airflow {minor} to copy",
            mend=f'write an [airflow."{version}"] table into requirements/versions.toml, then repeat',
        )
    model = max(relatives, key=lambda known: int(known.rsplit(".", 1)[1]))
    start = document.index(f'[airflow."{model}"]')
    following = re.compile(rf'^\[(?!airflow\."{re.escape(model)}")', re.MULTILINE).search(document, start)
    block = document[start : following.start() if following else len(document)]
    copied = re.sub(r"^official_digest = .*\n", "", block, flags=re.MULTILINE).replace(model, version)
    return document[:start] + copied.rstrip("\n") + "\n\n" + document[start:]
