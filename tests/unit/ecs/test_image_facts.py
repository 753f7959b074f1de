"""From a tag to the digest that ECS pulls, and whether the image is the one that the spec describes."""

from __future__ import annotations

import pytest

from airflow_ecs_image.ecs.image_agreement import agree, versions_of
from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.image_lookup import pinned_reference
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import ImageSpec

ONE, OTHER = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
LABELS = {"org.apache.airflow.version": "2.11.2", "org.apache.airflow.python.version": "3.11.9"}


@pytest.mark.parametrize(
    ("reference", "digests", "expected"),
    [
        (f"host:5000/team/worker@{ONE}", (), f"host:5000/team/worker@{ONE}"),
        (f"host:5000/team/worker:1@{ONE}", (), f"host:5000/team/worker@{ONE}"),
        ("host:5000/team/worker:1", (f"host:5000/team/worker@{ONE}",), f"host:5000/team/worker@{ONE}"),
        ("host:5000/worker", (f"host:5000/worker@{ONE}",), f"host:5000/worker@{ONE}"),
        ("worker:1", (f"host/worker@{ONE}",), f"host/worker@{ONE}"),
        ("b/worker:1", (f"a/worker@{ONE}", f"b/worker@{OTHER}"), f"b/worker@{OTHER}"),
    ],
)
def test_a_tag_becomes_its_digest(reference: str, digests: tuple[str, ...], expected: str) -> None:
    assert pinned_reference(reference, digests, allow_tag=False) == expected
    assert pinned_reference(reference, digests, allow_tag=True) in (expected, reference)


def test_a_tag_without_a_digest_is_refused_unless_it_is_allowed() -> None:
    with pytest.raises(SpecError, match=r"worker:1.*without a digest") as refused:
        pinned_reference("worker:1", (), allow_tag=False)
    assert "push worker:1" in str(refused.value.mend)
    assert pinned_reference("worker:1", (), allow_tag=True) == "worker:1"


def test_of_several_repositories_somebody_has_to_choose() -> None:
    with pytest.raises(SpecError, match="several repositories"):
        pinned_reference("worker:1", (f"a/worker@{ONE}", f"b/worker@{OTHER}"), allow_tag=False)


def test_what_somebody_said_must_be_what_the_image_holds() -> None:
    facts = ImageFacts("worker", "linux/amd64", {}, LABELS)
    spec = ImageSpec(airflow_version="3.3.2", python_version="3.13")
    with pytest.raises(SpecError, match=r"airflow_version: '3.3.2'.*holds 2.11.2"):
        agree(spec, facts, {"airflow_version"})
    with pytest.raises(SpecError, match=r"python_version: '3.13'.*holds 3.11"):
        agree(spec, facts, {"python_version"})
    agree(spec, facts, {"platform"})
    agree(spec, ImageFacts("worker", "linux/amd64"), {"airflow_version", "python_version"})


def test_what_nobody_said_the_image_says() -> None:
    facts = ImageFacts("worker", "linux/amd64", {}, LABELS)
    assert versions_of(facts, ()) == {"airflow_version": "2.11.2", "python_version": "3.11"}
    assert versions_of(facts, {"python_version"}) == {"airflow_version": "2.11.2"}
    assert versions_of(facts, {"airflow_version"}) == {}
    assert versions_of(ImageFacts("worker", "linux/amd64"), ()) == {}


@pytest.mark.parametrize("asked", [True, False])
def test_a_read_only_root_filesystem_has_to_be_in_the_image(asked: bool) -> None:
    spec = ImageSpec(read_only_root_filesystem=asked)
    with_volumes = ImageFacts.of_spec("worker", "linux/amd64", ImageSpec(read_only_root_filesystem=True))
    without = ImageFacts("worker", "linux/amd64")
    agree(spec, with_volumes if asked else without, {"read_only_root_filesystem"})
    agree(spec, without if asked else with_volumes, ())
    with pytest.raises(SpecError, match="read_only_root_filesystem"):
        agree(spec, without if asked else with_volumes, {"read_only_root_filesystem"})


def test_an_image_that_nobody_reads_has_the_volumes_of_its_spec() -> None:
    local = ImageSpec(read_only_root_filesystem=True)
    fetched = ImageSpec(read_only_root_filesystem=True, s3_uri="s3://bucket", container_dag_path="/srv/dags")
    assert ImageFacts.of_spec("x", "linux/amd64", local).writable_paths == ("/opt/airflow/logs", "/tmp")
    assert "/srv/dags" in ImageFacts.of_spec("x", "linux/amd64", fetched).writable_paths
    assert ImageFacts.of_spec("x", "linux/amd64", ImageSpec()).writable_paths == ()


@pytest.mark.parametrize("label", ["", "no json", '{"a": 1}', "null"])
def test_a_strange_label_means_no_volumes(label: str) -> None:
    facts = ImageFacts("x", "linux/amd64", {}, {"io.airflow-ecs-image.writable-paths": label})
    assert facts.writable_paths == ()
