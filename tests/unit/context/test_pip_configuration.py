"""pip's configuration files: every place, their order, and files that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from airflow_ecs_image.context.pip_configuration import (
    files_configuration,
    given_configuration,
    variables_configuration,
)
from airflow_ecs_image.errors import SpecError

# The weakest first (pip documentation, Configuration).
PLACES = (
    "etc/xdg/pip/pip.conf",
    "etc/pip.conf",
    "home/.pip/pip.conf",
    "home/.config/pip/pip.conf",
    "venv/pip.conf",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for place in PLACES:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    return tmp_path


def options(root: Path, **environment: str) -> dict[str, str]:
    return files_configuration(environment, home=root / "home", root=root)


def test_every_place_of_pip_is_read_the_strongest_last(root: Path) -> None:
    for place in PLACES:
        (root / place).write_text(f"[global]\nindex-url = https://{place.replace('/', '.')}\n")
        assert options(root, VIRTUAL_ENV=str(root / "venv")) == {
            "index-url": f"https://{place.replace('/', '.')}"
        }
    named = root / "named.conf"
    named.write_text("[global]\nindex-url = https://named\n")
    assert options(root, VIRTUAL_ENV=str(root / "venv"), PIP_CONFIG_FILE=str(named)) == {
        "index-url": "https://named"
    }


def test_a_named_file_takes_the_place_of_the_users(root: Path) -> None:
    (root / "etc/pip.conf").write_text("[global]\ncert = /etc/x.pem\n")
    (root / "home/.config/pip/pip.conf").write_text("[global]\nindex-url = https://user\n")
    named = root / "named.conf"
    named.write_text("[global]\ntrusted-host = named\n")
    assert options(root, PIP_CONFIG_FILE=str(named)) == {"cert": "/etc/x.pem", "trusted-host": "named"}
    named.unlink()
    assert options(root, PIP_CONFIG_FILE=str(named)) == {"cert": "/etc/x.pem", "index-url": "https://user"}


def test_the_null_device_means_no_file_at_all(root: Path) -> None:
    (root / "etc/pip.conf").write_text("[global]\nindex-url = https://global\n")
    assert options(root, PIP_CONFIG_FILE=os.devnull) == {}


def test_the_folders_of_the_xdg_variables_are_read(root: Path) -> None:
    for name in ("one", "two", "own"):
        (root / name / "pip").mkdir(parents=True)
        (root / name / "pip/pip.conf").write_text(f"[global]\nindex-url = https://{name}\n")
    assert options(root, XDG_CONFIG_DIRS=f"{root / 'one'}:{root / 'two'}") == {"index-url": "https://one"}
    assert options(root, XDG_CONFIG_HOME=str(root / "own")) == {"index-url": "https://own"}


def test_several_lines_are_one_list_and_names_may_have_underscores(root: Path) -> None:
    (root / "etc/pip.conf").write_text(
        "[global]\nExtra_Index_URL =\n    https://one\n    https://two\ntimeout = 60\nproxy = http://p%40:1\n"
    )
    assert options(root) == {"extra-index-url": "https://one https://two", "proxy": "http://p%40:1"}


def test_what_is_for_install_alone_is_stronger_whatever_the_file(root: Path) -> None:
    (root / "etc/pip.conf").write_text("[install]\nindex-url = https://install\n")
    (root / "home/.pip/pip.conf").write_text(
        "[global]\nindex-url = https://global\ncert = /x\n[download]\ncert = /y\n"
    )
    assert options(root) == {"index-url": "https://install", "cert": "/x"}


@pytest.mark.parametrize("content", [b"index-url = x", b"[global]\nx", b"\xff\xfe", b"[a]\n[a]\n", b""])
def test_a_file_that_pip_could_not_read_is_skipped(root: Path, content: bytes) -> None:
    (root / "etc/pip.conf").write_bytes(content)
    (root / "home/.pip/pip.conf").write_text("[global]\ncert = /x\n")
    assert options(root) == {"cert": "/x"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"index-url = https://canary\n", ", line 1 is not of pip's form"),
        (b"[global]\n\ncanary\n", ", line 3 is not of pip's form"),
        (b"[global]\nindex-url = a\nindex-url = https://canary\n", ", line 3 is not of pip's form"),
        (b"\xff\n", " cannot be read: it is not UTF-8 text"),
    ],
)
def test_a_given_file_that_pip_could_not_read_is_refused_and_not_shown(
    root: Path, content: bytes, reason: str
) -> None:
    file = root / "given.conf"
    file.write_bytes(content)
    with pytest.raises(SpecError) as refused:
        given_configuration(file)
    assert refused.value.message == f"pip_conf: {file}{reason}"


def test_a_given_file_that_is_missing_is_refused(root: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read: No such file or directory"):
        given_configuration(root / "missing.conf")
    with pytest.raises(SpecError, match="cannot be read: Is a directory"):
        given_configuration(root)


def test_a_given_file_is_read_like_the_others(root: Path) -> None:
    file = root / "given.conf"
    file.write_text("[global]\nindex_url=https://user:p%a@host\n[install]\ntrusted-host=a\n b\n")
    assert given_configuration(file) == {"index-url": "https://user:p%a@host", "trusted-host": "a b"}


def test_variables_set_the_same_options(root: Path) -> None:
    environment = {
        "PIP_INDEX_URL": "https://one",
        "PIP_EXTRA_INDEX_URL": " https://two\nhttps://three ",
        "PIP_FIND_LINKS": "",
        "PIP_TRUSTED_HOST": "  ",
        "PIP_DEFAULT_TIMEOUT": "60",
        "PIP_CERT": "/x y.pem",
    }
    assert variables_configuration(environment) == {
        "index-url": "https://one",
        "extra-index-url": "https://two https://three",
        "cert": "/x y.pem",
    }
