"""The versions below a prefix: their names, their order, which one is meant, which may go."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from airflow_ecs_image.errors import VersionNotFound

SHORTEST_ABBREVIATION = 4
"""Characters of a sha256 that name a version, as long as no other begins with them."""

SHOWN = 12
"""Characters of a sha256 that people see."""

_NAME = re.compile(r"dags-(?P<sha256>[0-9a-f]{64})\.tar(?:\.gz)?")


@dataclass(frozen=True)
class Version:
    """One archive in S3: its name, its bytes, and when it was uploaded."""

    name: str
    size: int
    uploaded: datetime

    @property
    def sha256(self) -> str:
        """The hash that the name holds."""
        return sha256_of(self.name) or ""


def archive_name(sha256: str) -> str:
    """The name of the archive with that hash."""
    return f"dags-{sha256}.tar.gz"


def sha256_of(name: str) -> str | None:
    """The hash in the name of a version, or None for any other name."""
    match = _NAME.fullmatch(name)
    return match["sha256"] if match else None


def newest_first(versions: Iterable[Version]) -> list[Version]:
    """The versions by the time of their upload; S3 knows it to the second, so that the name decides a tie."""
    return sorted(versions, key=lambda version: (version.uploaded, version.name), reverse=True)


def named(word: str, versions: Collection[Version], place: str) -> Version:
    """The version that a user means by its hash, the beginning of it, or its name. Raises VersionNotFound."""
    wanted = sha256_of(word.rpartition("/")[2]) or word.lower()
    found = [version for version in versions if version.sha256.startswith(wanted)]
    if len(wanted) >= SHORTEST_ABBREVIATION and len({version.sha256 for version in found}) == 1:
        return found[0]
    if len(wanted) < SHORTEST_ABBREVIATION:
        reason = f"write at least {SHORTEST_ABBREVIATION} characters of its hash"
    elif found:
        reason = f"{len(found)} versions begin with it"
    else:
        reason = "no such version"
    raise VersionNotFound(
        f"{word}: {reason} in {place}", mend=f"`dags list {place}` shows the versions that there are"
    )


def one_before(
    current: str, earlier: Sequence[str] | None, versions: Collection[Version], place: str
) -> Version:
    """The version that counted before the current one; hashes in, a version out. Raises VersionNotFound.

    `earlier` are the hashes that the pointer remembers, the last one first. Where it remembers nothing, it is the
    version that was uploaded before the current one.
    """
    by_hash = {version.sha256: version for version in versions}
    for sha256 in earlier or ():
        if sha256 in by_hash and sha256 != current:
            return by_hash[sha256]
    order = newest_first(versions) if earlier is None else []
    for place_in_order, version in enumerate(order[:-1]):
        if version.sha256 == current:
            return order[place_in_order + 1]
    raise VersionNotFound(
        f"{place} holds no version from before the current one",
        mend=f"name the version: `dags list {place}` shows those that there are",
    )


def superfluous(versions: Collection[Version], keep: int, spared: Collection[str]) -> list[Version]:
    """What may be deleted so that `keep` versions stay: the newest, and in any case the hashes in `spared`."""
    order = newest_first(versions)
    kept = {version.sha256 for version in order if version.sha256 in spared}
    for version in order:
        if len(kept) >= keep:
            break
        kept.add(version.sha256)
    return [version for version in order if version.sha256 not in kept]
