"""The results of a check of one image: as JSON, and as JUnit XML for CI systems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from airflow_ecs_image.checks.model import CheckResult, Status

# XML 1.0, production 2: everything else cannot be written, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Report:
    """All results for `image`, in the order of the checks. `emulated`: the image ran under emulation."""

    image: str
    image_id: str
    platform: str
    emulated: bool
    results: tuple[CheckResult, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """True when no check failed; warnings and skipped checks do not fail an image."""
        return not self.with_status("failed")

    def with_status(self, status: Status) -> tuple[CheckResult, ...]:
        """The results of that status."""
        return tuple(result for result in self.results if result.status == status)

    def as_json(self) -> dict[str, Any]:
        """A document of JSON types."""
        return {
            "image": self.image,
            "image_id": self.image_id,
            "platform": self.platform,
            "emulated": self.emulated,
            "passed": self.passed,
            "seconds": round(self.seconds, 3),
            "checks": [
                {
                    "name": result.name,
                    "title": result.title,
                    "status": result.status,
                    "detail": result.detail,
                    "mend": result.mend,
                    "seconds": round(result.seconds, 3),
                    "data": _plain(result.data),
                }
                for result in self.results
            ],
        }

    def as_junit(self) -> str:
        """One test suite, one test case a check; a warning is a passed case with its text as output."""
        suite = ET.Element(
            "testsuite",
            name=_xml(f"airflow-ecs-image check {self.image}"),
            tests=str(len(self.results)),
            failures=str(len(self.with_status("failed"))),
            errors="0",
            skipped=str(len(self.with_status("skipped"))),
            time=f"{self.seconds:.3f}",
        )
        for result in self.results:
            case = ET.SubElement(
                suite,
                "testcase",
                classname="airflow_ecs_image.checks",
                name=_xml(result.name),
                time=f"{result.seconds:.3f}",
            )
            text = _xml(
                "\n".join(line for line in (result.detail, result.mend and f"Mend: {result.mend}") if line)
            )
            if result.status == "failed":
                ET.SubElement(case, "failure", message=_one_line(result.detail)).text = text
            elif result.status == "skipped":
                ET.SubElement(case, "skipped", message=_one_line(result.detail))
            else:
                ET.SubElement(case, "system-out").text = f"{result.status}: {text}"
        suites = ET.Element("testsuites")
        suites.append(suite)
        ET.indent(suites)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _one_line(text: str) -> str:
    return _xml("; ".join(text.splitlines()))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
