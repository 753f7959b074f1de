"""The blank lines that blocks and conditions leave behind, taken out of a Dockerfile; embedded files keep theirs."""

from __future__ import annotations

import re

_WITH_FILES = re.compile(r"\s*(?:ADD|COPY|RUN)\s|\s+\S")
_HEREDOC = re.compile(r"(?:^|\s)<<-?([\"']?)([\w.-]+)\1(?=\s|$)")


def without_blank_noise(text: str) -> str:
    """The text with at most one blank line in a row outside heredocs, and one newline at its end."""
    lines: list[str] = []
    terminators: list[str] = []
    for line in text.split("\n"):
        if terminators:
            lines.append(line)
            if line.strip() == terminators[0]:
                terminators.pop(0)
            continue
        if not line.strip() and (not lines or not lines[-1]):
            continue
        lines.append(line.rstrip())
        if _WITH_FILES.match(line):
            terminators = [found[2] for found in _HEREDOC.finditer(line)]
    return "\n".join(lines).strip("\n") + "\n"
