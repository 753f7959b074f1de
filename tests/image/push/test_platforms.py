"""The images of several platforms: each under a tag of its own, and a list of them under the tag without a suffix."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from airflow_ecs_image.engine import Engine
from tests.image.local_registry import LocalRegistry

from .pushing import Pusher, digest_in_registry, raw_manifest
from .registry_front import Front, has_immutable


@pytest.fixture
def two(make_image: Callable[..., str]) -> str:
    """The name that `build --platform linux/amd64,linux/arm64` was given."""
    amd64 = make_image("-amd64", platform="linux/amd64")
    arm64 = make_image("-second", platform="linux/arm64")
    stem = amd64.removesuffix("-amd64")
    Engine().docker("tag", arm64, f"{stem}-arm64")
    return stem


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_both_images_and_a_list_arrive(
    push: Pusher, two: str, name: str, local_registry: LocalRegistry, compression: str
) -> None:
    repository = f"{local_registry.address}/{name}"
    document = push.document(two, f"{repository}:1", "--compression", compression)
    assert document["platforms"] == ["linux/amd64", "linux/arm64"]
    assert document["digest"] == digest_in_registry(f"{repository}:1")
    members = raw_manifest(document["reference"])["manifests"]
    assert {
        f"{member['platform']['os']}/{member['platform']['architecture']}": member["digest"]
        for member in members
    } == {image["platform"]: image["digest"] for image in document["images"]}
    for architecture, image in zip(("amd64", "arm64"), document["images"], strict=True):
        assert image["tag"] == f"1-{architecture}"
        assert image["digest"] == digest_in_registry(f"{repository}:1-{architecture}")


def test_a_machine_takes_its_own_image_from_the_list(
    push: Pusher, two: str, name: str, local_registry: LocalRegistry
) -> None:
    document = push.document(two, f"{local_registry.address}/{name}:1")
    found = json.loads(
        Engine().docker(
            "buildx", "imagetools", "inspect", "--format", "{{json .Image}}", document["reference"]
        )
    )
    assert {platform: config["architecture"] for platform, config in found.items()} == {
        "linux/amd64": "amd64",
        "linux/arm64": "arm64",
    }


def test_a_second_push_finds_all_there(push: Pusher, two: str, name: str, front: Front) -> None:
    repository = f"{front.address}/{name}:1"
    first = push.document(two, repository)
    front.rules += [has_immutable(tag, name) for tag in ("1", "1-amd64", "1-arm64")]
    again = push.document(two, repository)
    assert again["pushed"] is False
    assert again["reference"] == first["reference"]


def test_another_list_under_an_immutable_tag(
    push: Pusher, two: str, name: str, front: Front, make_image: Callable[..., str]
) -> None:
    repository = f"{front.address}/{name}:1"
    push.document(make_image(), repository)
    front.rules.append(has_immutable("1", name))
    outcome = push(two, repository)
    assert outcome.code == 24
    assert outcome.error.startswith(f"{repository} names another image already")


def test_an_image_of_the_very_name_comes_first(
    push: Pusher, two: str, name: str, local_registry: LocalRegistry
) -> None:
    Engine().docker("tag", f"{two}-amd64", two)
    document = push.document(two, f"{local_registry.address}/{name}:1")
    assert document["platforms"] == ["linux/amd64"]
    assert document["digest"] == digest_in_registry(f"{local_registry.address}/{name}:1")
