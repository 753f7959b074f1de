"""The lines of a requirements file as a person refers to them: by number, short, and without credentials."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_LONGEST = 80
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?=[\[<>=!~;@(]|$)")
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_HASH = re.compile(r"\s*--hash[= ]\S+")
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_LOCAL = re.compile(r"(?:\.|/|~|file:)|.*\s@\s*file:|(?:-e|--editable)[ =]\s*(?!\w+\+)")


@dataclass(frozen=True)
class RequirementLine:
    """`number` counts from 1; `name` is the package's normal name (PEP 503), None where the line names none."""

    number: int
    text: str
    name: str | None

    @property
    def is_local(self) -> bool:
        """Whether the line names a file or folder of this machine."""
        return _LOCAL.match(self.text) is not None

    @property
    def specifier(self) -> str:
        """What the line says of versions, without spaces, extras and markers; the same text for the same meaning."""
        found = re.search(r"[<>=!~][^;@]*", self.text.partition(" --")[0])
        return normal_specifier(found[0]) if found else ""

    def __str__(self) -> str:
        return f"line {self.number}: {self.text}"


def requirement_lines(file: Path) -> tuple[RequirementLine, ...]:
    """The lines that say something; none where the file cannot be read any more."""
    try:
        content = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ()
    lines = []
    continued = False
    for number, line in enumerate(content.splitlines(), start=1):
        # What a continuation line adds is a hash.
        begins, continued = not continued, line.rstrip().endswith("\\")
        text = _COMMENT.sub("", line.strip().removesuffix("\\")).strip()
        text = _LOGIN.sub("***@", _HASH.sub("", text)).strip()
        if begins and text:
            name = _NAME.match(text)
            shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
            lines.append(RequirementLine(number, shown, normal_name(name[1]) if name else None))
    return tuple(lines)


def normal_name(name: str) -> str:
    """The name as indexes compare it (PEP 503), extras left out."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def normal_specifier(specifier: str) -> str:
    """Version conditions in one order, so that `<2, >=1` and `>=1,<2` are the same text."""
    return ",".join(sorted(part for part in re.sub(r"[\s()]", "", specifier).split(",") if part))
