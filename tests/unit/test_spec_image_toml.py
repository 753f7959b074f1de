"""image.toml: what is wrong with the file itself, said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import load_spec


def refusal(directory: Path, text: str | bytes) -> SpecError:
    content = text if isinstance(text, bytes) else text.encode()
    (directory / "image.toml").write_bytes(content)
    with pytest.raises(SpecError) as caught:
        load_spec({}, {}, directory)
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            'airflow_verson = "3.3.2"',
            "image.toml:1: unknown key 'airflow_verson'; did you mean airflow_version?",
        ),
        ('\n\n"s3-uri" = "x"', "image.toml:3: unknown key 's3-uri'; did you mean s3_uri?"),
        ("# x\n[labls]\na = 1", "image.toml:2: unknown key 'labls'; did you mean labels?"),
    ],
)
def test_an_unknown_key_names_the_closest_one(tmp_path: Path, text: str, line: str) -> None:
    assert refusal(tmp_path, text).message == line


def test_an_unknown_key_without_a_near_one_names_all(tmp_path: Path) -> None:
    line = refusal(tmp_path, "qqqqq = 1").message
    assert line.startswith("image.toml:1: unknown key 'qqqqq'; allowed: base, airflow_version, ")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a = 1\ns3_uri = s3://bucket\n", "image.toml:2: it is not TOML: "),
        ('tag = "x"\ntag = "y"\n', "image.toml:2: it is not TOML: "),
        ('\n\ntag = "x', "image.toml:3: it is not TOML: unterminated string"),
        ("[environment\n", "image.toml:1: it is not TOML: "),
        ("just words\n", "image.toml:1: it is not TOML: "),
    ],
)
def test_malformed_toml_is_one_line_with_its_number(tmp_path: Path, text: str, start: str) -> None:
    error = refusal(tmp_path, text)
    assert error.message.startswith(start)
    assert error.mend is not None


def test_malformed_toml_shows_no_secret(tmp_path: Path) -> None:
    error = refusal(tmp_path, 'aws_secret_access_key = canary\ntag = "x"')
    assert "canary" not in error.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "\npython_version = 3.13",
            'python_version: 3.13 (image.toml:2) — it is a number, not text; allowed: text in quotes, such as "3.13"',
        ),
        (
            "aws_cli = 3",
            "aws_cli: 3 (image.toml:1) — it is a number, not true or false; allowed: true or false",
        ),
        ("tag = true", "tag: true (image.toml:1) — it is true or false, not text; allowed: text in quotes"),
        ("tag = 2026-11-21", "tag: 2026-11-21 (image.toml:1) — it is not of the right kind, not text"),
        ("platform = 3", "platform: 3 (image.toml:1) — it is a number, not a list; allowed: a list such as"),
        (
            "platform = []",
            "platform: an empty list (image.toml:1) — no platform is named; allowed: linux/amd64",
        ),
        (
            "system_packages = [1]",
            "system_packages: [1] (image.toml:1) — it is a number, not text; allowed: text",
        ),
        (
            'environment = "x"',
            "environment: (image.toml:1) — it is text, not a table; allowed: names with values",
        ),
        (
            "[environment]\nB = 3",
            "environment.B: (image.toml:1) — it is a number, not text; allowed: text in quotes",
        ),
        (
            "environment.B = 3",
            "environment.B: (image.toml:1) — it is a number, not text; allowed: text in quotes",
        ),
    ],
)
def test_a_value_of_the_wrong_type(tmp_path: Path, text: str, line: str) -> None:
    assert refusal(tmp_path, text).message.startswith(line)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    error = refusal(tmp_path, 'tagg = "x"\nplatform = "linux/386"\n')
    assert len(error.details) == 2
    assert error.details[0].startswith("image.toml:1: ")
    assert "(image.toml:2)" in error.details[1]


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    assert refusal(tmp_path, b'tag = "x"\n# caf\xe9\n').message == "image.toml:2: it is not UTF-8"


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "image.toml").mkdir()
    with pytest.raises(SpecError, match=r"^image\.toml: cannot be read: "):
        load_spec({}, {}, tmp_path)


def test_a_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_bytes(b'\xef\xbb\xbftag = "worker"\r\naws_cli = false\r\n')
    spec = load_spec({}, {}, tmp_path)
    assert (spec.tag, spec.aws_cli) == ("worker", False)


def test_lists_may_be_one_string(tmp_path: Path) -> None:
    (tmp_path / "image.toml").write_text('platform = "linux/arm64"\nsystem_packages = "git, curl"\n')
    spec = load_spec({}, {}, tmp_path)
    assert (spec.platform, spec.system_packages) == (("linux/arm64",), ("git", "curl"))
