"""Shell scripts that export variables, such as ecs_executor_config.sh."""

from __future__ import annotations

import re
from dataclasses import replace

from airflow_ecs_image.ecs.lint.model import Kind, Setting
from airflow_ecs_image.ecs.lint.position import Position
from airflow_ecs_image.ecs.lint.shell_words import Statement, Unterminated, Word, statements
from airflow_ecs_image.errors import SpecError

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REQUIRED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*):?\?")
_RESERVED = ("if", "then", "else", "elif", "do", "while", "until", "!", "{", "(")
_EXPORTS = ("export", "declare", "typeset", "readonly")


def read_shell(file: str, text: str) -> tuple[Setting, ...]:
    """The assignments in their order, and what the script demands from elsewhere. SpecError for a quote that stays open."""
    script = _Script(file)
    try:
        for statement in statements(text):
            script.run(statement)
    except Unterminated as wrong:
        raise SpecError(f"{file}:{wrong.line}: {wrong}", mend=f"close it; `sh -n {file}` checks") from None
    return tuple(script.settings)


class _Script:
    def __init__(self, file: str) -> None:
        self.settings: list[Setting] = []
        self._file = file
        self._exports_all = False

    def run(self, statement: Statement) -> None:
        """Take one statement in; what stands under a condition counts as if it held."""
        words = statement.words
        while words and words[0].text in _RESERVED:
            words = words[1:]
        if not words:
            return
        first = words[0].text
        position = Position(self._file, statement.line)
        if first == "set" and len(words) > 1:
            if words[1].text in ("-a", "+a") or [word.text for word in words[1:]] in (
                ["-o", "allexport"],
                ["+o", "allexport"],
            ):
                self._exports_all = words[1].text.startswith("-")
        elif first == ":":
            self._demand(words[1:], position)
        elif first in _EXPORTS:
            exported = first == "export" or any(re.fullmatch(r"-\w*x\w*", word.text) for word in words[1:])
            for word in words[1:]:
                self._word(word, position, exported=exported)
        elif all(_ASSIGNMENT.fullmatch(word.text) for word in words):
            for word in words:
                self._word(word, position, exported=self._exports_all)

    def _word(self, word: Word, position: Position, *, exported: bool) -> None:
        if match := _ASSIGNMENT.fullmatch(word.text):
            before = any(each.name == match[1] and each.exported for each in self.settings)
            value = None if word.expands else match[2]
            self.settings.append(
                Setting(match[1], value, position, Kind.SHELL, exported=exported or before, raw=match[2])
            )
        elif exported and _NAME.fullmatch(word.text):
            self._export(word.text, position)

    def _export(self, name: str, position: Position) -> None:
        known = [each for each in self.settings if each.name == name]
        if not known:
            self.settings.append(Setting(name, None, position, Kind.SHELL))
        self.settings = [
            replace(each, exported=True) if each.name == name else each for each in self.settings
        ]

    def _demand(self, words: list[Word], position: Position) -> None:
        for word in words:
            if match := _REQUIRED.match(word.text):
                self.settings.append(Setting(match[1], None, position, Kind.SHELL))
