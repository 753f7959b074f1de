"""Images here and in a registry, and what their layers weigh."""

from __future__ import annotations

import gzip
import os
import socket
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_ecs_image.engine import BuildResult, containers, images, sizes
from airflow_ecs_image.errors import BaseUnavailable, ImageNotFound

ABSENT = "airflow-ecs-image/absent:1"


def test_an_image_that_is_not_here_is_named_by_every_call(name: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: images.inspect(ABSENT),
        lambda: images.remove(ABSENT),
        lambda: images.tag(ABSENT, name),
        lambda: containers.run(ABSENT, ["true"]),
        lambda: containers.start(ABSENT, ["true"]),
        lambda: sizes.compressed_size(ABSENT),
        lambda: saved_members(ABSENT),
    ]
    assert not images.exists(ABSENT)
    for call in calls:
        with pytest.raises(ImageNotFound, match=ABSENT):
            call()


def test_an_imported_root_filesystem_has_the_platform_that_was_asked_for(name: str, tmp_path: Path) -> None:
    archive = tmp_path / "root.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("etc"))
    try:
        identifier = images.import_root_filesystem(archive, name, "linux/arm64")

        details = images.inspect(name)
        assert details.id == identifier
        assert details.platform == "linux/arm64"
        with pytest.raises(ImageNotFound, match="not for linux/amd64"):
            containers.run(name, ["true"], platform="linux/amd64")
    finally:
        images.remove(name)


def test_leaving_a_saved_image_early_is_no_failure(root_filesystem_image: str) -> None:
    started = time.monotonic()
    with images.save(root_filesystem_image) as archive:
        assert len(archive.read(512)) == 512
    assert time.monotonic() - started < 10


def test_sizes_are_measured_once_and_small_new_layers_are_estimated(
    built: Callable[..., BuildResult], name: str, context: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "sizes.json"
    content = os.urandom(1_500_000) + bytes(3_000_000)
    (context / "large").write_bytes(content)
    built("FROM scratch\nCOPY large /\n")

    measured = sizes.compressed_size(name, cache=cache)
    assert measured == pytest.approx(len(gzip.compress(content, 6)), rel=0.01)

    # A size that only the file can have told shows that the layer is not measured again.
    (layer,) = images.inspect(name).layers
    sizes.remember_sizes(cache, {layer: 1_000})
    built("FROM scratch\nCOPY large /\nCOPY file.txt /\n")
    assert sizes.compressed_size(name, cache=cache) == 1_000 + len("content\n")
    assert sizes.remembered_sizes(cache) == {layer: 1_000}


def test_a_registry_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        reference = f"127.0.0.1:{server.getsockname()[1]}/team/image:1"
        started = time.monotonic()
        with pytest.raises(BaseUnavailable, match="no answer within 1 s"):
            images.remote(reference, "linux/amd64", timeout=1)
    assert time.monotonic() - started < 5
    with pytest.raises(BaseUnavailable, match="connection refused"):
        images.remote(reference, "linux/amd64")


def saved_members(reference: str) -> list[str]:
    with images.save(reference) as archive, tarfile.open(fileobj=archive, mode="r|") as members:
        return members.getnames()
