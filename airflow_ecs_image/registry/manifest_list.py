"""A manifest list: one name for the images of several platforms, from which each machine takes its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from airflow_ecs_image.errors import RegistryUnavailable, TagTaken
from airflow_ecs_image.registry.answers import failure, tag_taken
from airflow_ecs_image.registry.connection import Connection
from airflow_ecs_image.registry.manifests import Manifest

_SECONDS = 120.0


def push_list(tag: str, digests: Sequence[str], connection: Connection) -> tuple[str, bool]:
    """Let the tag name a list of the manifests of these digests, which are in the repository.

    Returns the digest of the list, and whether it had to be pushed. Raises what `push` raises.
    """
    repository = connection.repository
    with connection.console.step(f"Push {repository.tagged(tag)} (list of {len(digests)} platforms)") as step:
        there = _under(tag, connection)
        if _is_list_of(there, digests):
            step.skip("there already")
            return there.digest, False
        if there is not None and connection.immutable:
            raise tag_taken(repository, tag)
        try:
            connection.attempt(lambda: _create(tag, digests, connection))
        except TagTaken:
            there = _under(tag, connection)
            if not _is_list_of(there, digests):
                raise
            step.skip("there already")
            return there.digest, False
        arrived = _under(tag, connection)
        if not _is_list_of(arrived, digests):
            raise RegistryUnavailable(
                f"{repository.tagged(tag)}: the registry does not have the list that was pushed",
                mend="run it again; the login has to be one that may read as well",
            )
    return arrived.digest, True


def _create(tag: str, digests: Sequence[str], connection: Connection) -> None:
    repository = connection.repository
    members = [repository.at(digest) for digest in digests]
    done = connection.engine.complete(
        *("buildx", "imagetools", "create", "--tag", repository.tagged(tag), "--", *members),
        timeout=_SECONDS,
        environment=connection.login.environment,
    )
    if done.returncode == 0:
        return
    stderr = done.stderr.decode(errors="replace")
    # buildx leaves out the words of the answer; a well-formed list is refused by 400 where the tag may not move.
    if "400 Bad Request" in stderr and _under(tag, connection) is not None:
        raise tag_taken(repository, tag)
    raise failure(stderr, repository, tag)


def _under(tag: str, connection: Connection) -> Manifest | None:
    reader = connection.manifests
    return connection.attempt(lambda: reader.manifest(connection.repository.tagged(tag), tag))


def _is_list_of(manifest: Manifest | None, digests: Sequence[str]) -> TypeGuard[Manifest]:
    return manifest is not None and set(manifest.members) == set(digests)
