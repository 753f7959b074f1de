"""The secrets of a stack: made for it, kept in a file that only its owner can read, and removed with it."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from airflow_ecs_image.errors import LocalServiceFailed
from airflow_ecs_image.local.model import Keys
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.state import state_folder, write_whole

_JWT_BYTES = 64  # HS512 wants as many (RFC 7518, section 3.2).
_FERNET_BYTES = 32
_FOLDER = "local"


@dataclass(frozen=True, repr=False)
class StackSecrets:
    """Keys of S3, what tokens are signed with, what connections are encrypted with, and the database's password."""

    access_key_id: str
    secret_access_key: str
    jwt_secret: str
    fernet_key: str
    database_password: str

    @property
    def keys(self) -> Keys:
        """The keys of S3."""
        return Keys(self.access_key_id, self.secret_access_key)

    @classmethod
    def made_now(cls) -> StackSecrets:
        """New ones."""
        return cls(
            access_key_id=f"LOCAL{secrets.token_hex(8).upper()}",
            secret_access_key=secrets.token_hex(20),
            jwt_secret=secrets.token_hex(_JWT_BYTES),
            fernet_key=base64.urlsafe_b64encode(os.urandom(_FERNET_BYTES)).decode(),
            database_password=secrets.token_hex(16),
        )


def read(name: str) -> StackSecrets | None:
    """The secrets of a stack, or None where there are none that can be read."""
    try:
        content = json.loads(_path(name).read_text(encoding="utf-8"))
        return StackSecrets(**{field.name: str(content[field.name]) for field in fields(StackSecrets)})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_or_make(name: str) -> StackSecrets:
    """The secrets of a stack, made and written now where there are none."""
    found = read(name)
    if found is None:
        found = StackSecrets.made_now()
        path = _path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, json.dumps(asdict(found)).encode())
    return found


def remove(name: str) -> bool:
    """Remove them; False when there were none."""
    try:
        _path(name).unlink()
    except FileNotFoundError:
        return False
    with contextlib.suppress(OSError):
        _path(name).parent.rmdir()
    return True


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold the stack for this process. LocalServiceFailed when another one is at work on it."""
    path = state_folder(_FOLDER) / f"{names.checked(name)}.lock"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        with path.open("w", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalServiceFailed(
                    f"{name}: another command is bringing this stack up or down",
                    mend="wait for it, or name another stack with --name",
                ) from None
            # The one before removes the file when it is done: a lock on a file that nobody finds any more holds nobody.
            if not _is_file_of(file.fileno(), path):
                continue
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return


def _is_file_of(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _path(name: str) -> Path:
    return state_folder(_FOLDER) / f"{names.checked(name)}.json"
