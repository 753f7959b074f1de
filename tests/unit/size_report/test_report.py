"""Which group a file counts for, what a layer is for, and what that adds up to."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pytest

from airflow_ecs_image.size_report.bars_svg import svg_of
from airflow_ecs_image.size_report.layer_files import read_layers
from airflow_ecs_image.size_report.model import Group, SizeReport
from airflow_ecs_image.size_report.report import report_of
from airflow_ecs_image.size_report.words import change_rows, changes, group_rows, layer_rows

from .layers import SITE, details_of, installed, layer_tar, saved

CLI_SITE = "/opt/aws-cli/lib/python3.13/site-packages"
DEBIAN = {
    "/usr/bin/dash": b"d" * 400,
    "/usr/lib/python3.13/os.py": b"p" * 100,
    "/usr/lib/x86_64-linux-gnu/libpython3.13.so.1.0": b"p" * 50,
    "/usr/lib/python3/dist-packages/apt.py": b"d" * 10,
    "/etc/passwd": b"d" * 7,
}
AIRFLOW = {
    **installed("apache_airflow_core", "3.3.2", {"airflow/__init__.py": b"a" * 1000}),
    **installed("apache_airflow_providers_amazon", "9.34.0", {"airflow/providers/amazon/x.py": b"a" * 300}),
    **installed("six", "1.17.0", {"six.py": b"s" * 60, "../../../bin/six": b"s"}),
    f"{SITE}/airflow/__pycache__/__init__.cpython-313.pyc": b"c" * 500,
}
AWS_CLI = {
    **installed("awscli", "1.46.3", {"awscli/data/a.json": b"j" * 90, "awscli/x.py": b"x" * 9}, CLI_SITE),
    f"{CLI_SITE}/awscli/data/b.json.gz": b"z" * 70,
    **installed("six", "1.16.0", {"six.py": b"s" * 30}, CLI_SITE),
}
ENTRYPOINT = {"/opt/airflow-ecs-image/entrypoint": b"#!/bin/bash\n"}
REQUIREMENTS = installed("Big_Wheel", "1.0", {"bigwheel/data.bin": random.Random(1).randbytes(40_000)})
DAGS = {"/opt/airflow/dags/a.py": b"dag\n"}


def report(*layers: Mapping[str, bytes], image: str = "example:1", exact: int | None = None) -> SizeReport:
    read = read_layers(saved([layer_tar(layer) for layer in layers]), {})
    return report_of(image, details_of(len(layers)), read, [exact] * len(layers))


@pytest.fixture(scope="module")
def whole() -> SizeReport:
    """An image with every kind of layer."""
    return report(DEBIAN, AIRFLOW, AWS_CLI, ENTRYPOINT, REQUIREMENTS, DAGS, {})


def group(found: SizeReport, title: str) -> Group:
    return next(each for each in found.groups if each.title == title)


def test_each_layer_is_said_to_be_what_it_is(whole: SizeReport) -> None:
    assert [layer.role for layer in whole.layers] == [
        "operating system and Python",
        "Airflow and the executor package",
        "AWS CLI",
        "entrypoint",
        "requirements",
        "DAGs",
        "no files",
    ]


def test_every_byte_is_in_one_group(whole: SizeReport) -> None:
    files = sum(len(layer) for layer in (DEBIAN, AIRFLOW, AWS_CLI, ENTRYPOINT, REQUIREMENTS, DAGS))

    assert (
        sum(each.bytes for each in whole.groups) == whole.bytes == sum(layer.bytes for layer in whole.layers)
    )
    assert sum(each.files for each in whole.groups) == files
    assert sum(each.compressed for each in whole.groups) == pytest.approx(
        whole.compressed, abs=len(whole.groups)
    )


def test_what_no_distribution_has_is_told_by_its_place(whole: SizeReport) -> None:
    assert group(whole, "operating system").bytes == 400 + 10 + 7
    assert group(whole, "Python").bytes == 100 + 50
    assert group(whole, "DAGs").bytes == 4
    assert group(whole, "entrypoint").bytes == 12


def test_bytecode_belongs_to_its_source_and_a_script_to_its_package(whole: SizeReport) -> None:
    core = group(whole, "apache-airflow-core")

    assert core.bytes - 1500 == len(AIRFLOW[f"{SITE}/apache_airflow_core-3.3.2.dist-info/RECORD"]) + len(
        AIRFLOW[f"{SITE}/apache_airflow_core-3.3.2.dist-info/METADATA"]
    )
    assert group(whole, "six").files == 4
    assert "other files" not in [each.title for each in whole.groups]


def test_a_file_that_took_the_place_of_a_recorded_one_belongs_to_its_folders_package(
    whole: SizeReport,
) -> None:
    assert group(whole, "awscli in /opt/aws-cli").files == 5


def test_one_package_in_two_environments_is_two(whole: SizeReport) -> None:
    assert (group(whole, "six").version, group(whole, "six in /opt/aws-cli").version) == ("1.17.0", "1.16.0")


def test_the_heaviest_is_first_and_known_to_come_from_the_requirements(whole: SizeReport) -> None:
    first = whole.distributions()[0]

    assert (first.name, first.version, first.role, first.layers) == ("big-wheel", "1.0", "requirements", (5,))


def test_bytecode_in_a_later_layer_belongs_to_the_package_below() -> None:
    source = {path: content for path, content in AIRFLOW.items() if not path.endswith(".pyc")}
    late = {path: content * 9 for path, content in AIRFLOW.items() if path.endswith(".pyc")}

    found = report(source, late)

    assert group(found, "apache-airflow-core").layers == (1, 2)
    assert found.layers[1].role == "bytecode"


def test_hidden_files_are_counted_as_such() -> None:
    replaced = {f"{SITE}/six.py": b"n" * 5}

    found = report(AIRFLOW, DEBIAN, {**replaced, "/usr/.wh.lib": b"", "/usr/bin/.wh.dash": b""})

    assert group(found, "hidden by later layers").bytes == 60 + 400 + 100 + 50 + 10
    assert group(found, "operating system").bytes == 7
    assert group(found, "six").layers == (1, 3)


def test_shares_are_scaled_to_what_the_layer_really_weighs() -> None:
    found = report(AIRFLOW, exact=123_456)

    assert found.compressed == 123_456
    assert sum(each.compressed for each in found.groups) == pytest.approx(123_456, abs=len(found.groups))


def test_an_image_without_airflow_is_told_too() -> None:
    found = report(DEBIAN, installed("six", "1.17.0", {"six.py": b"s" * 60}))

    assert found.layers[0].role == "operating system and Python"
    assert group(found, f"six in {SITE.partition('/lib/')[0]}").version == "1.17.0"


def test_a_dag_folder_is_the_images_own() -> None:
    layers = read_layers(saved([layer_tar({"/srv/dags/a.py": b"x"})]), {})
    details = details_of(1, ["COPY dags /srv/dags"], AIRFLOW__CORE__DAGS_FOLDER="/srv/dags/")

    found = report_of("example:1", details, layers, [None])

    assert [layer.role for layer in found.layers] == ["DAGs"]
    assert found.layers[0].instruction == "COPY dags /srv/dags"


def test_the_document_is_json_and_adds_up(whole: SizeReport) -> None:
    document = json.loads(json.dumps(whole.as_json()))

    assert document["unpacked_bytes"] == sum(each["unpacked_bytes"] for each in document["groups"])
    assert document["compressed_bytes"] == sum(each["compressed_bytes"] for each in document["layers"])


def test_tables_have_every_byte(whole: SizeReport) -> None:
    rows = group_rows(whole, most=3)

    assert len(rows) == 4
    assert rows[-1][0] == f"{len(whole.groups) - 3} more"
    assert sum(float(str(row[3])) for row in rows) == pytest.approx(whole.bytes / 1e6)
    assert layer_rows(whole)[-1][2] == pytest.approx(whole.bytes / 1e6)
    assert len(layer_rows(whole)) == 7


def test_what_grew_is_first() -> None:
    newer = installed("six", "1.18.0", {"six.py": b"s" * 60, "../../../bin/six": b"s"})
    without_six = {path: content for path, content in AIRFLOW.items() if "six" not in path}

    found = changes(report({**without_six, **newer}, REQUIREMENTS), report(AIRFLOW, DEBIAN))

    assert (found[0].title, found[0].before, found[0].after) == ("big-wheel", "", "1.0")
    assert found[0].bytes > 40_000
    assert {change.title for change in found} == {"big-wheel", "six", "operating system", "Python"}
    assert ("six", "1.17.0 → 1.18.0") in [row[:2] for row in change_rows(found)]
    assert changes(report(AIRFLOW), report(AIRFLOW)) == []


def test_the_picture_has_a_bar_for_each_and_is_the_same_every_time(whole: SizeReport) -> None:
    picture = svg_of(whole)
    root = ET.fromstring(picture)
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]

    assert picture == svg_of(whole)
    assert "big-wheel 1.0" in texts
    assert "5 requirements" in [" ".join(text.split()) for text in texts]
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 1 + 2 * (6 + len(whole.groups))
    assert "prefers-color-scheme: dark" in picture


def test_a_name_cannot_break_the_picture() -> None:
    ET.fromstring(svg_of(report(AIRFLOW, image='a<b>&"\x00')))
