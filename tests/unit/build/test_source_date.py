"""The time that an image and its files carry."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from airflow_ecs_image.build.source_date import source_date_epoch
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.versions import load_versions, versions_path


def test_the_date_of_the_versions_is_the_time_of_an_image() -> None:
    versions = load_versions()
    moment = dt.datetime.fromtimestamp(versions.source_date_epoch, dt.UTC)
    assert (moment.date(), moment.time()) == (versions.date, dt.time())
    assert source_date_epoch({}) == source_date_epoch({"SOURCE_DATE_EPOCH": ""}) == versions.source_date_epoch


def test_zip_archives_can_hold_it() -> None:
    """They know no year before 1980, and Python refuses to write one (zipfile.ZipInfo)."""
    assert load_versions().date > dt.date(1980, 1, 2)


def test_the_variable_of_reproducible_builds_wins() -> None:
    assert source_date_epoch({"SOURCE_DATE_EPOCH": "1700000000"}) == 1_700_000_000
    assert source_date_epoch({"SOURCE_DATE_EPOCH": "0"}) == 0


@pytest.mark.parametrize("value", ["yesterday", "-1", "1.5", "1e9", " 1", "２", "253402300800"])
def test_what_is_no_time_is_refused(value: str) -> None:
    with pytest.raises(SpecError, match="SOURCE_DATE_EPOCH: ") as caught:
        source_date_epoch({"SOURCE_DATE_EPOCH": value})
    assert repr(value) in caught.value.message


@pytest.mark.parametrize("date", ['"2026-01-01"', "2026-01-01T00:00:00Z", "20260101"])
def test_a_date_of_another_kind_is_no_date(date: str, tmp_path: Path) -> None:
    known = f"date = {load_versions().date}\n"
    text = versions_path().read_text(encoding="utf-8")
    assert known in text
    path = tmp_path / "versions.toml"
    path.write_text(text.replace(known, f"date = {date}\n"), encoding="utf-8")
    with pytest.raises(SpecError, match="date"):
        load_versions(path)
