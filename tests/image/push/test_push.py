"""A push to a registry that is no ECR: what arrives, what is said, what is there already."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import airflow_ecs_image
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import Engine, images
from airflow_ecs_image.registry.skopeo import ensure_skopeo
from airflow_ecs_image.registry.terminal_command import run_on_terminal
from tests.image.local_registry import PASSWORD, USER, LocalRegistry

from .pushing import Pusher, digest_in_registry, names_below, raw_manifest
from .registry_front import Front


def test_the_last_line_is_the_digest_that_the_registry_has(
    push: Pusher, image: str, name: str, local_registry: LocalRegistry
) -> None:
    repository = f"{local_registry.address}/{name}"
    outcome = push(image, f"{repository}:1")
    assert outcome.code == 0
    assert outcome.last_line == f"{repository}@{digest_in_registry(f'{repository}:1')}"
    # Here too the digest is a name of the image from now on.
    assert images.inspect(outcome.last_line).id == images.inspect(image).id


def test_the_document(push: Pusher, image: str, name: str, local_registry: LocalRegistry) -> None:
    repository = f"{local_registry.address}/{name}"
    document = push.document(image, repository, "--tag", "2.0")
    manifest = raw_manifest(f"{repository}:2.0")
    assert document["reference"] == f"{repository}@{document['digest']}"
    assert document["digest"] == digest_in_registry(f"{repository}:2.0")
    assert (document["tag"], document["repository"]) == ("2.0", repository)
    assert (document["platforms"], document["compression"]) == (["linux/amd64"], "gzip")
    assert document["pushed"] is True
    assert document["layers"] == len(manifest["layers"]) == 1
    assert document["bytes"] == manifest["layers"][0]["size"]


def test_the_tag_is_that_of_the_image_where_none_is_named(
    push: Pusher, image: str, name: str, local_registry: LocalRegistry
) -> None:
    document = push.document(image, f"{local_registry.address}/{name}")
    assert document["tag"] == image.rpartition(":")[2]


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_second_push_of_the_same_finds_it_there(
    push: Pusher, image: str, name: str, front: Front, compression: str
) -> None:
    repository = f"{front.address}/{name}:1"
    first = push.document(image, repository, "--compression", compression)
    front.requests.clear()
    outcome = push(image, repository, "--compression", compression)
    assert outcome.code == 0
    assert "there already" in outcome.out
    assert outcome.last_line == first["reference"]
    assert not [request for request in front.requests if request.method in ("PUT", "POST", "PATCH")]
    assert push.document(image, repository, "--compression", compression)["pushed"] is False


def test_a_tag_moves_to_another_image_where_tags_can_move(
    push: Pusher, make_image: Callable[..., str], name: str, local_registry: LocalRegistry
) -> None:
    repository = f"{local_registry.address}/{name}:1"
    first = push.document(make_image(), repository)
    second = push.document(make_image(), repository)
    assert first["digest"] != second["digest"] == digest_in_registry(repository)


def test_the_tag_latest_is_noted(push: Pusher, image: str, name: str, local_registry: LocalRegistry) -> None:
    outcome = push(image, f"{local_registry.address}/{name}:latest")
    assert outcome.code == 0
    assert any(line.startswith("note: the tag latest moves") for line in outcome.lines)


def test_a_failed_push_leaves_no_name_behind(
    push: Pusher,
    image: str,
    name: str,
    closed_registry: LocalRegistry,
) -> None:
    assert push(image, f"{closed_registry.address}/{name}:1").code == 22
    assert names_below(closed_registry.address) == []


def test_a_failed_push_lets_a_name_name_what_it_did(
    push: Pusher, make_image: Callable[..., str], name: str, closed_registry: LocalRegistry
) -> None:
    reference = f"{closed_registry.address}/{name}:1"
    images.tag(make_image(), reference)
    before = images.inspect(reference).id
    assert push(make_image(), reference).code == 22
    assert images.inspect(reference).id == before


def test_no_login(push: Pusher, image: str, name: str, closed_registry: LocalRegistry) -> None:
    outcome = push(image, f"{closed_registry.address}/{name}:1")
    assert outcome.code == 22
    assert (
        outcome.error
        == f"{closed_registry.address}: the registry does not accept the login, or there is none"
    )
    assert outcome.mend == f"docker login {closed_registry.address}"


def login(registry: LocalRegistry, password: str, folder: Path) -> None:
    """As `docker login` without a credential helper leaves it."""
    auth = base64.b64encode(f"{USER}:{password}".encode()).decode()
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"auths": {registry.address: {"auth": auth}}}))


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_wrong_login(
    push: Pusher, image: str, name: str, closed_registry: LocalRegistry, tmp_path: Path, compression: str
) -> None:
    login(closed_registry, "wrong-password", tmp_path / "docker")
    outcome = push(image, f"{closed_registry.address}/{name}:1", "--compression", compression)
    assert outcome.code == 22
    assert outcome.mend == f"docker login {closed_registry.address}"


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_the_login_of_docker_counts(
    push: Pusher, image: str, name: str, closed_registry: LocalRegistry, tmp_path: Path, compression: str
) -> None:
    login(closed_registry, PASSWORD, tmp_path / "docker")
    document = push.document(image, f"{closed_registry.address}/{name}:1", "--compression", compression)
    assert document["pushed"] is True
    assert document["layers"] == 1
    # A second time it is read as well.
    again = push.document(image, f"{closed_registry.address}/{name}:1", "--compression", compression)
    assert again["pushed"] is False


def test_an_image_that_is_not_here(push: Pusher, local_registry: LocalRegistry) -> None:
    outcome = push("no-such-image:1", f"{local_registry.address}/team/worker")
    assert outcome.code == 14


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--compression-level", "9"), "compression_level: docker compresses by gzip at its own level"),
        (("--compression", "zstd", "--compression-level", "21"), "21 is not in the range 1<=x<=20"),
    ],
)
def test_a_level_that_cannot_be(
    push: Pusher, image: str, local_registry: LocalRegistry, options: tuple[str, ...], said: str
) -> None:
    outcome = push(image, f"{local_registry.address}/team/worker:1", *options)
    assert outcome.code == 2
    assert said in outcome.err


def test_zstd_arrives_as_zstd_and_runs_by_its_digest(
    push: Pusher, default_tag: str, name: str, local_registry: LocalRegistry
) -> None:
    repository = f"{local_registry.address}/{name}"
    # The highest level, which is the default, takes half a minute for it.
    options = ("--compression", "zstd", "--compression-level", "3")
    document = push.document(default_tag, f"{repository}:1", *options)
    manifest = raw_manifest(document["reference"])
    assert {layer["mediaType"] for layer in manifest["layers"]} == {
        "application/vnd.oci.image.layer.v1.tar+zstd"
    }
    assert document["bytes"] == sum(layer["size"] for layer in manifest["layers"])
    before = images.inspect(default_tag)
    images.pull(document["reference"], before.platform)
    try:
        pulled = images.inspect(document["reference"])
        for part in ("layers", "environment", "labels", "entrypoint", "cmd", "user", "working_directory"):
            assert getattr(pulled, part) == getattr(before, part), part
        version = Engine().docker("run", "--rm", document["reference"], "python", "-c", "print('runs')")
        assert version.split()[-1] == "runs"
    finally:
        images.remove(document["reference"])


def test_zstd_is_of_the_highest_level_unless_another_is_named(
    push: Pusher, make_image: Callable[..., str], name: str, local_registry: LocalRegistry
) -> None:
    sources = sorted(Path(airflow_ecs_image.__file__).parent.rglob("*.py"))
    image = make_image(content=b"".join(path.read_bytes() for path in sources))
    repository = f"{local_registry.address}/{name}"
    found = {
        level: push.document(image, f"{repository}:{level}", "--compression", "zstd", *options)["bytes"]
        for level, options in {
            "default": (),
            "20": ("--compression-level", "20"),
            "3": ("--compression-level", "3"),
        }.items()
    }
    assert found["default"] == found["20"]
    assert found["3"] > 1.08 * found["default"], found


def test_a_gzip_layer_in_the_repository_does_not_stand_in_for_a_zstd_one(
    push: Pusher, image: str, name: str, local_registry: LocalRegistry, tmp_path: Path
) -> None:
    """skopeo remembers which gzip layer has the content of a zstd one, and would take it."""
    ensure_skopeo(Console())
    archive = tmp_path / "image.tar"
    Engine().docker("image", "save", "--output", str(archive), images.inspect(image).id)
    to = f"docker://{local_registry.address}/{name}:by-skopeo"
    command = [
        "skopeo",
        "--insecure-policy",
        "copy",
        "--dest-tls-verify=false",
        f"docker-archive:{archive}",
        to,
    ]
    assert run_on_terminal(command, lambda _: None, environment={}).exit_code == 0
    document = push.document(image, f"{local_registry.address}/{name}:1", "--compression", "zstd")
    (layer,) = raw_manifest(document["reference"])["layers"]
    assert layer["mediaType"].endswith("tar+zstd")
