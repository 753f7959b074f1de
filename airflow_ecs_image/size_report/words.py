"""The report as rows of tables for people: layers, groups, and what changed between two images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airflow_ecs_image.size_report.model import Group, SizeReport

Rows = list[tuple[object, ...]]

LAYER_COLUMNS = ("layer", "compressed MB", "unpacked MB", "files", "what it is")
GROUP_COLUMNS = ("package", "version", "compressed MB", "unpacked MB", "files", "layer")
CHANGE_COLUMNS = ("package", "versions", "compressed MB", "unpacked MB")
MOST_GROUPS = 30
_MEGABYTE = 1_000_000
# Below it stand dozens of rows that say nothing.
_SMALLEST_CHANGE = 100_000


def megabytes(size: float) -> float:
    """Bytes in MB, the unit of registries: 10^6."""
    return size / _MEGABYTE


def layer_rows(report: SizeReport) -> Rows:
    """One row a layer that holds files, the lowest first, and the sum."""
    rows: Rows = [
        (
            str(layer.number),
            megabytes(layer.compressed),
            megabytes(layer.bytes),
            layer.files,
            layer.role,
        )
        for layer in report.layers
        if layer.files or not layer.readable
    ]
    files = sum(layer.files for layer in report.layers)
    return [*rows, ("all", megabytes(report.compressed), megabytes(report.bytes), files, "")]


def group_rows(report: SizeReport, most: int = MOST_GROUPS) -> Rows:
    """One row a group, the heaviest first, and one for those after the first `most`."""
    rows: Rows = [
        (
            group.title,
            group.version,
            megabytes(group.compressed),
            megabytes(group.bytes),
            group.files,
            ", ".join(str(number) for number in group.layers),
        )
        for group in report.groups[:most]
    ]
    if rest := report.groups[most:]:
        rows.append(
            (
                f"{len(rest)} more",
                "",
                megabytes(sum(group.compressed for group in rest)),
                megabytes(sum(group.bytes for group in rest)),
                sum(group.files for group in rest),
                "",
            )
        )
    return rows


@dataclass(frozen=True)
class Change:
    """How a group differs between two images; a version is empty where the image does not have it."""

    title: str
    before: str
    after: str
    compressed: int
    bytes: int

    def as_json(self) -> dict[str, object]:
        """A document of JSON types; differences in bytes."""
        return {
            "name": self.title,
            "version_before": self.before or None,
            "version_after": self.after or None,
            "compressed_bytes_estimate": self.compressed,
            "unpacked_bytes": self.bytes,
        }


def changes(report: SizeReport, before: SizeReport) -> list[Change]:
    """The groups that weigh more or less than in the other image, what grew most first."""
    now, then = ({group.title: group for group in each.groups} for each in (report, before))
    found = [_change(title, now.get(title), then.get(title)) for title in {**now, **then}]
    return sorted(
        (change for change in found if change.compressed or change.bytes or change.before != change.after),
        key=lambda change: (-change.compressed, -change.bytes, change.title),
    )


def change_rows(found: Sequence[Change]) -> Rows:
    """One row for each change that a table can show."""
    return [
        (
            change.title,
            change.after
            if change.before == change.after
            else f"{change.before or '–'} → {change.after or '–'}",
            _signed(change.compressed),
            _signed(change.bytes),
        )
        for change in found
        if max(abs(change.compressed), abs(change.bytes)) >= _SMALLEST_CHANGE or change.before != change.after
    ]


def _change(title: str, now: Group | None, then: Group | None) -> Change:
    return Change(
        title,
        then.version if then else "",
        now.version if now else "",
        (now.compressed if now else 0) - (then.compressed if then else 0),
        (now.bytes if now else 0) - (then.bytes if then else 0),
    )


def _signed(size: int) -> str:
    return f"{megabytes(size):+.1f}"
