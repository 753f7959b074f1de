"""A small reader of Dockerfiles, written from the Dockerfile reference and independent of the code under test.

It splits a text into instructions (comments, continuation lines, heredocs) and takes the quotes off words as Docker does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_DIRECTIVE = re.compile(r"^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$")
_COMMENT = re.compile(r"^\s*#")
_CONTINUED = re.compile(r"(?:^|[^\\])\\[ \t]*$")
_HEREDOC = re.compile(r"^\d*<<(-?)(['\"]?)([\w.-]+)\2$")
_TAKES_FILES = ("ADD", "COPY", "RUN")


@dataclass(frozen=True)
class Heredoc:
    """`body` is without the terminator; `first_line` counts from 0 and is where the body begins."""

    name: str
    body: str
    first_line: int


@dataclass(frozen=True)
class Instruction:
    """One instruction: `arguments` is its logical line without the keyword, continuation lines joined."""

    keyword: str
    arguments: str
    heredocs: tuple[Heredoc, ...] = ()

    def words(self) -> list[str]:
        """The words as written, with their quotes; flags such as --chmod=755 are words too."""
        return split_words(self.arguments)

    def pairs(self, arguments: Mapping[str, str] | None = None) -> dict[str, str]:
        """NAME to value of ENV, ARG and LABEL; `arguments` are the build arguments that ${NAME} may mean."""
        pairs = {}
        for word in self.words():
            name, equals, value = word.partition("=")
            if equals:
                pairs[unquote(name, {})] = unquote(value, arguments or {})
        return pairs

    def paths(self, arguments: Mapping[str, str]) -> list[str]:
        """The sources and the destination of COPY."""
        words = self.words()
        flags = [word for word in words if word.startswith("--")]
        rest = self.arguments[len(" ".join(flags)) :].strip()
        plain = json.loads(rest) if rest.startswith("[") else split_words(rest)
        return [unquote(word, arguments) for word in plain]


def directives(text: str) -> dict[str, str]:
    """The parser directives at the top of the text, such as `escape`, which change how the rest is read."""
    found = {}
    for line in text.split("\n"):
        match = _DIRECTIVE.match(line)
        if match is None:
            break
        found[match[1].lower()] = match[2]
    return found


def parse(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile; ValueError where Docker would refuse the text."""
    lines = text.split("\n")
    instructions = []
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line.strip() or _COMMENT.match(line):
            continue
        logical = ""
        while True:
            if not _CONTINUED.search(line):
                logical += line
                break
            logical += line.rstrip(" \t")[:-1]
            while number < len(lines) and (not lines[number].strip() or _COMMENT.match(lines[number])):
                number += 1
            if number == len(lines):
                raise ValueError(f"line {number}: the text ends in a continuation")
            line = lines[number]
            number += 1
        keyword, _, arguments = logical.strip().partition(" ")
        if not re.fullmatch("[A-Z]+", keyword):
            raise ValueError(f"line {number}: {keyword!r} is no instruction")
        heredocs = []
        for name in _heredoc_names(keyword, arguments):
            if name not in lines[number:]:
                raise ValueError(f"line {number}: the heredoc {name} has no end")
            end = lines.index(name, number)
            heredocs.append(Heredoc(name, "\n".join(lines[number:end]), number))
            number = end + 1
        instructions.append(Instruction(keyword, arguments.strip(), tuple(heredocs)))
    return instructions


def _heredoc_names(keyword: str, arguments: str) -> list[str]:
    if keyword not in _TAKES_FILES:
        return []
    return [match[3] for word in split_words(arguments) if (match := _HEREDOC.match(word))]


def split_words(text: str) -> list[str]:
    """Split at white space that is neither quoted nor escaped; quotes and escapes stay in the words."""
    words: list[str] = []
    word, quote, escaped = "", "", False
    for character in text:
        if escaped:
            word, escaped = word + character, False
        elif character == "\\" and quote != "'":
            word, escaped = word + character, True
        elif quote:
            word += character
            quote = "" if character == quote else quote
        elif character in " \t":
            words += [word] if word else []
            word = ""
        else:
            word += character
            quote = character if character in "'\"" else ""
    if quote or escaped:
        raise ValueError(f"a quote or an escape stays open: {text!r}")
    return words + ([word] if word else [])


def unquote(word: str, arguments: Mapping[str, str]) -> str:
    """What Docker makes of a word; a `$` that is not escaped must be a ${NAME} of `arguments`, else ValueError."""
    result, quote, position = "", "", 0
    while position < len(word):
        character = word[position]
        position += 1
        if quote == "'":
            if character == "'":
                quote = ""
            else:
                result += character
        elif character == "\\":
            following = word[position]
            position += 1
            # Within double quotes a backslash only escapes what has a meaning there.
            result += following if not quote or following in '"$\\' else character + following
        elif character == '"':
            quote = "" if quote else '"'
        elif character == "'" and not quote:
            quote = "'"
        elif character == "$":
            match = re.match(r"\{(\w+)\}", word[position:])
            if match is None or match[1] not in arguments:
                raise ValueError(f"an expansion of something unknown: {word!r}")
            result += arguments[match[1]]
            position += match.end()
        else:
            result += character
    return result
