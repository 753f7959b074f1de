"""How docker, buildx and skopeo log in: by the user's own configuration, or by a token in a private folder."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# What decides about logins, and would win over the token (docker config.json, "Credential stores").
_LOGINS = ("auths", "credsStore", "credHelpers")


class Login:
    """The user's own login: nothing is added to the environment of the commands."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What docker and buildx need beside this process's own variables."""
        return {}

    @property
    def file(self) -> Path | None:
        """The file with the login, for skopeo; None where there is none."""
        file = user_folder() / "config.json"
        return file if file.is_file() else None

    def renew(self) -> bool:
        """Fetch a fresh token; whether there is one."""
        return False


class TokenLogin(Login):
    """A token in `folder`, which stands in for the user's docker folder while the push lasts."""

    def __init__(self, folder: Path, host: str, fetch: Callable[[], tuple[str, str]]) -> None:
        self._folder = folder
        self._host = host
        self._fetch = fetch
        self._write()

    @property
    def environment(self) -> Mapping[str, str]:
        """The folder; a login in DOCKER_AUTH_CONFIG, which newer docker commands prefer, does not count."""
        return {"DOCKER_CONFIG": str(self._folder), "DOCKER_AUTH_CONFIG": ""}

    @property
    def file(self) -> Path | None:
        """The file with the token."""
        return self._folder / "config.json"

    def renew(self) -> bool:
        """Fetch a fresh token in place of the old one."""
        self._write()
        return True

    def _write(self) -> None:
        user, password = self._fetch()
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        content = {**_settings(user_folder()), "auths": {self._host: {"auth": login}}}
        file = self._folder / "config.json"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(content, stream)


@contextmanager
def token_login(host: str, fetch: Callable[[], tuple[str, str]]) -> Iterator[TokenLogin]:
    """Log in to `host` with the user name and the password that `fetch` returns, until the end of the block.

    The folder is readable for this user alone and is removed at the end. It has the user's docker contexts,
    certificates and plug-ins as links, and their settings without their logins.
    """
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-login-") as name:
        folder, own = Path(name), user_folder()
        for entry in own.iterdir() if own.is_dir() else ():
            if entry.name != "config.json":
                (folder / entry.name).symlink_to(entry.absolute())
        yield TokenLogin(folder, host, fetch)


def user_folder() -> Path:
    """The docker command's folder of this user."""
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _settings(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {name: value for name, value in content.items() if name not in _LOGINS}
