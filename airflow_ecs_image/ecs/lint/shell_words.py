"""A shell script as the words of its statements, as far as assignments need it (POSIX shell, 2.2 Quoting, 2.3 Tokens)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_EXPANSION = re.compile(r"\$[A-Za-z_{(0-9@*#?!$-]|`")


@dataclass
class Word:
    """A word without its quotes; `expands` where the shell puts something of its own in."""

    text: str = ""
    expands: bool = False
    started: bool = False


@dataclass
class Statement:
    """The words of one command, and the line on which it begins."""

    line: int
    words: list[Word] = field(default_factory=list)


class Unterminated(ValueError):
    """A quote is opened on `line` and never closed."""

    def __init__(self, line: int) -> None:
        super().__init__("a quote is not closed")
        self.line = line


def statements(text: str) -> Iterator[Statement]:
    """The statements of a script, one after the other. Raises Unterminated."""
    reader = _Reader(text)
    while statement := reader.next_statement():
        if statement.words:
            yield statement


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def next_statement(self) -> Statement | None:
        if self._at >= len(self._text):
            return None
        statement, word = Statement(self._line), Word()
        while self._at < len(self._text):
            character = self._take()
            if character in "\n;&|":
                break
            if character == "#" and not word.started:
                self._skip_comment()
            elif character.isspace():
                word = self._end(statement, word)
            else:
                if not statement.words and not word.started:
                    statement.line = self._line
                self._into(word, character)
        self._end(statement, word)
        return statement

    def _into(self, word: Word, character: str) -> None:
        word.started = True
        if character == "'":
            word.text += self._until("'")
        elif character == '"':
            self._double_quoted(word)
        elif character == "\\":
            following = self._take()
            word.text += "" if following == "\n" else following
        else:
            self._unquoted(word, character)

    def _unquoted(self, word: Word, character: str) -> None:
        word.expands |= _EXPANSION.match(self._text, self._at - 1) is not None
        word.text += character

    def _double_quoted(self, word: Word) -> None:
        start = self._line
        while (character := self._take()) != '"':
            if not character:
                raise Unterminated(start)
            if character == "\\" and self._text[self._at : self._at + 1] in tuple('$`"\\\n'):
                following = self._take()
                word.text += "" if following == "\n" else following
            else:
                self._unquoted(word, character)

    def _until(self, quote: str) -> str:
        start, taken = self._line, []
        while (character := self._take()) != quote:
            if not character:
                raise Unterminated(start)
            taken.append(character)
        return "".join(taken)

    def _skip_comment(self) -> None:
        end = self._text.find("\n", self._at)
        self._at = len(self._text) if end < 0 else end

    def _take(self) -> str:
        character = self._text[self._at : self._at + 1]
        self._at += 1
        self._line += character == "\n"
        return character

    @staticmethod
    def _end(statement: Statement, word: Word) -> Word:
        if word.started:
            statement.words.append(word)
        return Word()
