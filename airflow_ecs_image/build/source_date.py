"""When an image was created: a time that the next build of the same spec knows too."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.versions import load_versions

VARIABLE = "SOURCE_DATE_EPOCH"
"""What every tool of reproducible builds reads (reproducible-builds.org/specs/source-date-epoch)."""

# The end of the year 9999, the last that RFC 3339 can write.
_LATEST = 253_402_300_799


def source_date_epoch(environment: Mapping[str, str]) -> int:
    """The seconds since 1970 that SOURCE_DATE_EPOCH names, else those of the date in versions.toml.

    Only the image's own time of creation follows the variable: were it the files' time too, each commit of a pipeline
    that sets it would make every layer anew. Raises SpecError for a value that is no whole number of such seconds.
    """
    given = environment.get(VARIABLE, "")
    if not given:
        return load_versions().source_date_epoch
    if not (given.isascii() and given.isdecimal()) or int(given) > _LATEST:
        raise SpecError(
            f"{VARIABLE}: '{given}' — not a number of seconds since 1970",
            mend=f"{VARIABLE}=$(git log -1 --format=%ct), or unset it",
        )
    return int(given)
