"""What pip on this machine is told about package indexes: its configuration files and variables."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from airflow_ecs_image.errors import SpecError

_OPTIONS = ("index-url", "extra-index-url", "find-links", "trusted-host", "cert", "proxy")


def files_configuration(environment: Mapping[str, str], *, home: Path, root: Path) -> dict[str, str]:
    """The options of pip's own files, by name; `root` is where /etc lies. A file that pip could not read is skipped."""
    return _options(_parsed(_files(environment, home, root)))


def variables_configuration(environment: Mapping[str, str]) -> dict[str, str]:
    """The options that PIP_* variables set."""
    values = {name: environment.get("PIP_" + name.upper().replace("-", "_"), "") for name in _OPTIONS}
    return {name: " ".join(value.split()) for name, value in values.items() if value.strip()}


def given_configuration(file: Path) -> dict[str, str]:
    """The options of the pip.conf that the image spec names; SpecError for one that pip could not read."""
    parser = _parser()
    try:
        with file.open(encoding="utf-8") as lines:
            parser.read_file(lines)
    except configparser.Error as error:
        # The parser's own words quote the line, which may hold a password.
        line = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", ())), (None,))[0]
        place = f"{file}, line {line}" if line else str(file)
        raise SpecError(
            f"pip_conf: {place} is not of pip's form", mend="write [global] and option = value"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SpecError(
            f"pip_conf: {file} cannot be read: {reason}", mend="correct the path or the file"
        ) from None
    return _options([parser])


def _files(environment: Mapping[str, str], home: Path, root: Path) -> list[Path]:
    """pip's files, the strongest last (pip documentation, Configuration)."""
    named = environment.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    global_folders = (environment.get("XDG_CONFIG_DIRS") or str(root / "etc/xdg")).split(os.pathsep)
    files = [Path(folder, "pip/pip.conf") for folder in reversed(global_folders)]
    files += [root / "Library/Application Support/pip/pip.conf", root / "etc/pip.conf"]
    # A file that is named takes the place of the user's.
    if not named or not Path(named).exists():
        files.append(home / ".pip/pip.conf")
        files.append(Path(environment.get("XDG_CONFIG_HOME") or home / ".config", "pip/pip.conf"))
        files.append(home / "Library/Application Support/pip/pip.conf")
    if virtual_environment := environment.get("VIRTUAL_ENV"):
        files.append(Path(virtual_environment, "pip.conf"))
    return [*files, *([Path(named)] if named else [])]


def _parser() -> configparser.RawConfigParser:
    return configparser.RawConfigParser()


def _parsed(files: Iterable[Path]) -> Iterable[configparser.RawConfigParser]:
    for file in files:
        parser = _parser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError):
            continue
        yield parser


def _options(parsers: Iterable[configparser.RawConfigParser]) -> dict[str, str]:
    """The options that concern us; those for `pip install` alone are stronger than those for all of pip."""
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}}
    for parser in parsers:
        for name, found in sections.items():
            if parser.has_section(name):
                items = {
                    option.replace("_", "-"): " ".join(value.split()) for option, value in parser.items(name)
                }
                found.update(
                    {option: value for option, value in items.items() if option in _OPTIONS and value}
                )
    return sections["global"] | sections["install"]
