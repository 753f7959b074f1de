"""The private folder of a token: what is in it, who can read it, and that it goes."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest

from airflow_ecs_image.registry.login import Login, token_login

HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's docker folder."""
    folder = tmp_path / "docker"
    (folder / "contexts" / "meta").mkdir(parents=True)
    (folder / "contexts" / "meta" / "meta.json").write_text("{}")
    (folder / "config.json").write_text(
        json.dumps(
            {
                "auths": {HOST: {"auth": "b2xk"}, "registry.example.com": {"auth": "b3RoZXI="}},
                "credsStore": "desktop",
                "credHelpers": {HOST: "ecr-login"},
                "currentContext": "builder",
                "proxies": {"default": {"httpProxy": "http://proxy:3128"}},
            }
        )
    )
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    return folder


def test_the_token_wins_over_every_login_and_the_rest_stays(docker: Path) -> None:
    with token_login(HOST, lambda: ("AWS", "token-1")) as login:
        folder = Path(login.environment["DOCKER_CONFIG"])
        content = json.loads((folder / "config.json").read_text())
        assert content == {
            "auths": {HOST: {"auth": base64.b64encode(b"AWS:token-1").decode()}},
            "currentContext": "builder",
            "proxies": {"default": {"httpProxy": "http://proxy:3128"}},
        }
        assert (folder / "contexts" / "meta" / "meta.json").read_text() == "{}"
        assert login.environment["DOCKER_AUTH_CONFIG"] == ""
        assert login.file == folder / "config.json"


def test_nobody_else_can_read_it_and_it_goes(docker: Path) -> None:
    before = (docker / "config.json").read_bytes()
    with token_login(HOST, lambda: ("AWS", "token-1")) as login:
        folder = Path(login.environment["DOCKER_CONFIG"])
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "config.json").stat().st_mode) == 0o600
    assert not folder.exists()
    assert (docker / "config.json").read_bytes() == before
    # Links were removed, not what they led to.
    assert (docker / "contexts" / "meta" / "meta.json").is_file()


def test_a_fresh_token_takes_the_place_of_the_old_one(docker: Path) -> None:
    tokens = iter(["a-long-old-token", "new"])
    with token_login(HOST, lambda: ("AWS", next(tokens))) as login:
        assert login.renew() is True
        assert login.file is not None
        auth = json.loads(login.file.read_text())["auths"][HOST]["auth"]
        assert base64.b64decode(auth) == b"AWS:new"
        assert stat.S_IMODE(login.file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[]", "{broken"])
def test_a_spoilt_configuration_is_no_obstacle(docker: Path, text: str) -> None:
    (docker / "config.json").write_text(text)
    with token_login(HOST, lambda: ("AWS", "token")) as login:
        assert login.file is not None
        assert list(json.loads(login.file.read_text())) == ["auths"]


def test_the_users_own_login(docker: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Login().environment == {}
    assert Login().file == docker / "config.json"
    assert Login().renew() is False
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "none"))
    assert Login().file is None
