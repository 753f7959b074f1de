"""What `dags push`, `prune` and `rollback` do with a store, in an order that never shows a reader half of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from airflow_ecs_image.console import Console
from airflow_ecs_image.dags.archive import Archive
from airflow_ecs_image.dags.pointer import POINTER_NAME, Pointer
from airflow_ecs_image.dags.sizes import spoken_bytes
from airflow_ecs_image.dags.store import Store
from airflow_ecs_image.dags.versions import SHOWN, Version, named, one_before, superfluous
from airflow_ecs_image.errors import PointerMoved, VersionNotFound


@dataclass(frozen=True)
class Move:
    """The pointer before and after, as hashes; `before` is None where there was none."""

    before: str | None
    after: str

    @property
    def moved(self) -> bool:
        """Whether it names another version now."""
        return self.before != self.after


@dataclass(frozen=True)
class Published:
    """What a push did; `deleted` are names of archives."""

    uploaded: bool
    move: Move
    deleted: tuple[str, ...]


def publish(
    store: Store, archive: Archive, seen: Pointer | None, *, keep: int | None, console: Console
) -> Published:
    """Upload the archive unless it is there, then move the pointer to it, then delete all versions but `keep`.

    `seen` is the pointer as it was when the push began. Whoever moved it since then is not undone: PointerMoved.
    """
    uploaded = _upload(store, archive, console)
    before = seen.sha256 if seen else None
    if before != archive.sha256:
        earlier = seen.history_after(archive.sha256) if seen else ()
        with console.step(f"Move {POINTER_NAME} to {archive.sha256[:SHOWN]}"):
            store.move_pointer(archive.sha256, archive.name, earlier, seen)
    # A prune elsewhere may have deleted an older archive that the pointer has just come back to.
    if not uploaded and not store.holds(archive):
        uploaded = _upload(store, archive, console)
    # A container that has just read the pointer still has to find the version that it named.
    spared = {sha256 for sha256 in (archive.sha256, before) if sha256 is not None}
    deleted = () if keep is None else _delete(store, superfluous(store.versions(), keep, spared), console)
    return Published(uploaded, Move(before, archive.sha256), deleted)


def prune(store: Store, keep: int, console: Console) -> tuple[tuple[str, ...], int]:
    """Delete all versions but the `keep` newest and the current one; the names deleted, and how many are left.

    Raises VersionNotFound when the pointer does not say which one is current.
    """
    seen = store.pointer()
    if seen is not None and seen.sha256 is None:
        raise _unreadable(store)
    versions = store.versions()
    current = {seen.sha256} if seen and seen.sha256 else set()
    deleted = _delete(store, superfluous(versions, keep, current), console)
    now = store.pointer() if deleted else seen
    if now is not None and now.name in deleted:
        raise PointerMoved(
            f"{store.place.uri(POINTER_NAME)} was moved back to {now.name} while that was being deleted",
            mend=f"`dags push` it again, or `dags rollback {store.place.uri()} VERSION`",
        )
    return deleted, len(versions) - len(deleted)


def roll_back(store: Store, word: str | None, console: Console) -> tuple[Move, Version]:
    """Move the pointer to the version that the word names, or to the one before the current one.

    Raises VersionNotFound and PointerMoved.
    """
    seen = store.pointer()
    versions = store.versions()
    if word is not None:
        target = named(word, versions, store.place.uri())
    elif seen is None or seen.sha256 is None:
        raise (
            _unreadable(store)
            if seen
            else VersionNotFound(
                f"{store.place.uri()} has no {POINTER_NAME}, so that none is current",
                mend=f"name the version: `dags list {store.place.uri()}` shows those that there are",
            )
        )
    else:
        target = one_before(seen.sha256, seen.earlier, versions, store.place.uri())
    move = Move(seen.sha256 if seen else None, target.sha256)
    if move.moved:
        earlier = seen.history_back(target.sha256) if seen else None
        with console.step(f"Move {POINTER_NAME} to {target.sha256[:SHOWN]}"):
            store.move_pointer(target.sha256, target.name, earlier, seen)
    return move, target


def _upload(store: Store, archive: Archive, console: Console) -> bool:
    """Whether it had to be uploaded."""
    size = spoken_bytes(len(archive.content))
    step = console.begin(f"Upload {archive.name} ({size})")
    try:
        if store.holds(archive):
            step.skip("it is there already")
            return False
        store.upload(archive, lambda sent: step.update(f"{spoken_bytes(sent)} of {size}"))
    except BaseException:
        step.failed()
        raise
    step.done()
    return True


def _delete(store: Store, versions: Collection[Version], console: Console) -> tuple[str, ...]:
    if not versions:
        return ()
    with console.step(f"Delete {len(versions)} old version{'s' if len(versions) > 1 else ''}") as step:
        for number, version in enumerate(versions, start=1):
            step.update(f"{number} of {len(versions)}")
            store.delete(version.name)
    return tuple(version.name for version in versions)


def _unreadable(store: Store) -> VersionNotFound:
    return VersionNotFound(
        f"{store.place.uri(POINTER_NAME)} does not name an archive in the way of `sha256sum`",
        mend=f"`dags push` again, or `dags rollback {store.place.uri()} VERSION`",
    )
