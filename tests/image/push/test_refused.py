"""What is not pushed: an image that was not proven, or holds what must not leave this machine."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import BuildRequest, build, images
from airflow_ecs_image.spec.label_names import BAKED_CREDENTIALS, BASE_FALLBACK
from tests.image.local_registry import LocalRegistry

from .pushing import Pusher


def check(image: str, *skip: str) -> int:
    return run(["check", image, *(["--skip", ",".join(skip)] if skip else [])])


def test_a_checked_image_is_pushed_and_under_any_name(
    push: Pusher, default_tag: str, name: str, local_registry: LocalRegistry
) -> None:
    target = f"{local_registry.address}/{name}:1"
    refused = push(default_tag, target, unchecked=False)
    assert refused.code == 21
    assert check(default_tag) == 0
    images.tag(default_tag, "airflow-ecs-image-test-other-name:1")
    try:
        outcome = push("airflow-ecs-image-test-other-name:1", target, unchecked=False)
        assert outcome.code == 0, outcome.err
        assert not [line for line in outcome.lines if line.startswith("warning")]
    finally:
        images.remove("airflow-ecs-image-test-other-name:1")


def test_what_the_check_left_out_is_told(
    push: Pusher, default_tag: str, name: str, local_registry: LocalRegistry
) -> None:
    assert check(default_tag, "signals", "arbitrary_uid", "dag_imports") == 0
    outcome = push(default_tag, f"{local_registry.address}/{name}:1", unchecked=False)
    assert outcome.code == 0, outcome.err
    assert (
        f"warning: {default_tag}: its check left out dag_imports, signals, arbitrary_uid, by order"
        in outcome.lines
    )


def test_an_image_whose_check_failed(
    push: Pusher, image: str, name: str, local_registry: LocalRegistry
) -> None:
    assert check(image) == 8
    target = f"{local_registry.address}/{name}:1"
    outcome = push(image, target, unchecked=False)
    assert outcome.code == 21
    assert outcome.error.startswith(f"{image}: its last check failed (")
    assert "--allow-unchecked" in outcome.error
    assert push(image, target).code == 0


def test_all_reasons_are_told_at_once_and_each_has_its_flag(
    push: Pusher, make_image: Callable[..., str], name: str, local_registry: LocalRegistry
) -> None:
    image = make_image(labels={BASE_FALLBACK: "true", BAKED_CREDENTIALS: "true"})
    target = f"{local_registry.address}/{name}:1"
    outcome = push(image, target, unchecked=False)
    flags = ("--allow-unchecked", "--allow-fallback", "--allow-baked-credentials")
    assert outcome.code == 21
    assert [sum(flag in line and image in line for line in outcome.lines) for flag in flags] == [1, 1, 1]
    for flag in flags:
        others = [each for each in flags if each != flag]
        told = push(image, target, *others, unchecked=False)
        assert told.code == 21
        assert flag in told.error
        assert not [other for other in others if other in told.error]
    assert push(image, target, *flags, unchecked=False).code == 0


def test_a_key_in_the_environment_is_named_and_not_shown(
    push: Pusher, image: str, name: str, local_registry: LocalRegistry, tmp_path: Path
) -> None:
    derived = f"{image}-with-key"
    dockerfile = f"FROM {image}\nENV AWS_SECRET_ACCESS_KEY=a-key-that-nobody-may-see\n"
    build(BuildRequest(dockerfile, tmp_path, (derived,), "linux/amd64"), Console(stream=io.StringIO()))
    try:
        outcome = push(derived, f"{local_registry.address}/{name}:1")
    finally:
        images.remove(derived)
    assert outcome.code == 21
    assert "variable AWS_SECRET_ACCESS_KEY" in outcome.error
    assert "a-key-that-nobody-may-see" not in outcome.out + outcome.err


def test_a_refusal_as_a_document(push: Pusher, image: str, name: str, local_registry: LocalRegistry) -> None:
    outcome = push(image, f"{local_registry.address}/{name}:1", "--json", unchecked=False)
    error = json.loads(outcome.out)["error"]
    assert (error["type"], error["exit_code"]) == ("PushRefused", 21)
    assert error["mend"] == f"python build.py check {image}"


@pytest.mark.parametrize(
    ("repository", "options", "words"),
    [
        ("team/worker:1", (), "names no registry"),
        ("127.0.0.1:1/team/worker:1", ("--tag", "2"), "contradicts"),
        ("127.0.0.1:1/Team/worker", (), "no name of a repository"),
    ],
)
def test_a_wrong_name_is_told_before_anything_is_asked(
    push: Pusher, image: str, repository: str, options: tuple[str, ...], words: str
) -> None:
    outcome = push(image, repository, *options)
    assert outcome.code == 2
    assert words in outcome.error
