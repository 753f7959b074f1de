"""The report as JSON and as JUnit XML, whatever the texts hold."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from airflow_ecs_image.checks import CheckResult, Report
from airflow_ecs_image.checks.model import Status


def result(status: Status, detail: str = "what was found", mend: str | None = None) -> CheckResult:
    return CheckResult("signals", "Signals", status, detail, mend, 0.25, {"pairs": (("a", 1),), "set": None})


def report(*results: CheckResult) -> Report:
    return Report("example:1", "sha256:0", "linux/amd64", emulated=False, results=results, seconds=1.5)


def test_a_report_without_failures_has_passed() -> None:
    assert report(result("passed"), result("warned"), result("skipped")).passed
    assert not report(result("passed"), result("failed")).passed


def test_json_holds_every_check_with_its_data() -> None:
    document = json.loads(json.dumps(report(result("failed", mend="do this")).as_json()))

    assert document["passed"] is False
    assert document["checks"] == [
        {
            "name": "signals",
            "title": "Signals",
            "status": "failed",
            "detail": "what was found",
            "mend": "do this",
            "seconds": 0.25,
            "data": {"pairs": [["a", 1]], "set": None},
        }
    ]


def test_junit_counts_and_says_what_to_do() -> None:
    text = report(
        result("failed", mend="do this"),
        result("skipped"),
        result("warned", mend="or that"),
        result("passed"),
    ).as_junit()

    suite = ET.fromstring(text).find("testsuite")
    assert suite is not None
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "4",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
        "time": "1.500",
    }
    cases = suite.findall("testcase")
    failure = cases[0].find("failure")
    assert failure is not None
    assert failure.get("message") == "what was found"
    assert failure.text == "what was found\nMend: do this"
    assert cases[1].find("skipped") is not None
    assert "warned: what was found" in (cases[2].findtext("system-out") or "")


@given(st.text(), st.text(), st.sampled_from(["passed", "failed", "skipped", "warned"]))
def test_junit_is_valid_xml_for_any_text(detail: str, mend: str, status: Status) -> None:
    suite = ET.fromstring(report(result(status, detail, mend)).as_junit()).find("testsuite")

    assert suite is not None
    assert len(suite.findall("testcase")) == 1
