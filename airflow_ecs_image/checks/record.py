"""What is remembered of a check: which image, with what result. `push` reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from airflow_ecs_image import __version__
from airflow_ecs_image.checks.report import Report
from airflow_ecs_image.console import Console
from airflow_ecs_image.state import state_folder, write_whole

_IDENTIFIER = re.compile(r"(?:sha256:)?(?P<hex>[0-9a-f]{64})")


@dataclass(frozen=True)
class CheckRecord:
    """The last check of one image.

    `failed` and `left_out` are names of checks, `ran` is how many were not left out by order, `checked_at` is a moment
    in UTC by ISO 8601. The image's own id decides: under another tag it is the same image.
    """

    image_id: str
    image: str
    platform: str
    passed: bool
    failed: tuple[str, ...]
    left_out: tuple[str, ...]
    ran: int
    toolkit_version: str
    checked_at: str

    def as_json(self) -> dict[str, Any]:
        """A document of JSON types."""
        return {
            "image_id": self.image_id,
            "image": self.image,
            "platform": self.platform,
            "result": "passed" if self.passed else "failed",
            "failed": list(self.failed),
            "left_out": list(self.left_out),
            "ran": self.ran,
            "toolkit_version": self.toolkit_version,
            "checked_at": self.checked_at,
        }

    @classmethod
    def of_json(cls, content: dict[str, Any]) -> Self:
        """The record of such a document. Raises KeyError or TypeError where it is none."""
        return cls(
            image_id=str(content["image_id"]),
            image=str(content["image"]),
            platform=str(content["platform"]),
            passed=content["result"] == "passed",
            failed=tuple(str(name) for name in content["failed"]),
            left_out=tuple(str(name) for name in content["left_out"]),
            ran=int(content["ran"]),
            toolkit_version=str(content["toolkit_version"]),
            checked_at=str(content["checked_at"]),
        )


def remember_check(report: Report, left_out: Collection[str], console: Console) -> None:
    """Write the record of a check that ended; `left_out` are the checks that were skipped by order.

    A record that cannot be written is a note: the check itself holds.
    """
    record = CheckRecord(
        image_id=report.image_id,
        image=report.image,
        platform=report.platform,
        passed=report.passed,
        failed=tuple(result.name for result in report.with_status("failed")),
        left_out=tuple(result.name for result in report.results if result.name in left_out),
        ran=sum(result.name not in left_out for result in report.results),
        toolkit_version=__version__,
        checked_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    path = _path(report.image_id)
    if path is None:
        return
    try:
        write_whole(path, (json.dumps(record.as_json(), indent=2) + "\n").encode())
    except OSError as error:
        console.note(f"{path}: {error.strerror}; `push` will not know that {report.image} was checked")


def check_record(image_id: str) -> CheckRecord | None:
    """The record of the image's last check, or None where there is none that can be read."""
    path = _path(image_id)
    try:
        content = json.loads(path.read_text(encoding="utf-8")) if path else None
        record = CheckRecord.of_json(content) if isinstance(content, dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if record and record.image_id == image_id else None


def record_folder() -> Path:
    """Where the records are."""
    return state_folder("checks")


def _path(image_id: str) -> Path | None:
    found = _IDENTIFIER.fullmatch(image_id)
    return record_folder() / f"{found['hex']}.json" if found else None
