"""Makes one Python script of several probes, and reads the answer that it prints inside the image."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from airflow_ecs_image.checks.credential_patterns import redacted
from airflow_ecs_image.checks.model import NotProven

_AIRFLOW_PROBES = ("start_up", "dags", "start_cost")
_IMPORT_MEND = "add what is missing: a library by system_packages, a Python package by requirements.txt"


@dataclass(frozen=True)
class Section:
    """What one probe found, and the seconds it took inside the container."""

    found: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True)
class Answer:
    """All that came back from one container: `arguments` are those after `-`, as bytes."""

    arguments: tuple[bytes, ...]
    sections: Mapping[str, Mapping[str, Any]]

    def section(self, name: str) -> Section:
        """The findings of one probe; NotProven when the probe itself was stopped by an error."""
        raw = self.sections[name]
        if "error" in raw and name in _AIRFLOW_PROBES:
            raise NotProven(f"Airflow does not import: {redacted(raw['error'])}", _IMPORT_MEND)
        if "error" in raw:
            raise NotProven(f"the probe `{name}` ended with {redacted(raw['error'])}")
        return Section(found=raw["found"], seconds=raw["seconds"])


@dataclass(frozen=True)
class ProbeScript:
    """`text` goes to `python -` on standard input; the answer is the line that begins with `mark`."""

    text: str
    mark: str

    def answer(self, output: str) -> Answer | None:
        """The answer in what the container printed; None when it never came."""
        for line in reversed(output.splitlines()):
            if line.startswith(self.mark):
                raw = json.loads(line[len(self.mark) :])
                return Answer(
                    tuple(bytes.fromhex(argument) for argument in raw["arguments"]), raw["sections"]
                )
        return None


def probe_source(name: str) -> str:
    """The text of one script in `checks/probes/`."""
    return (resources.files("airflow_ecs_image.checks") / "probes" / f"{name}.py").read_text(encoding="utf-8")


def probe_script(sections: Mapping[str, Mapping[str, Any]]) -> ProbeScript:
    """The script that runs the probes named by `sections` in that order, each with its arguments."""
    mark = f"airflow-ecs-image-{secrets.token_hex(8)}:"
    request = {
        "mark": mark,
        "sections": [
            {"name": name, "source": probe_source(name), "arguments": dict(arguments)}
            for name, arguments in sections.items()
        ],
    }
    # json.dumps gives ASCII only, so that the image's locale has no say; repr makes it a Python literal.
    return ProbeScript(f"REQUEST = {json.dumps(request)!r}\n{probe_source('harness')}", mark)
