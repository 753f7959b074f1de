"""What a registry holds, and whether it is the image that is to be pushed."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest

from airflow_ecs_image.engine.images import ImageDetails
from airflow_ecs_image.registry.manifests import Manifest, is_same_image, manifest_of

IMAGE = ImageDetails(
    id="sha256:" + "1" * 64,
    tags=(),
    digests=(),
    architecture="amd64",
    os="linux",
    environment={"A": "1", "B": "x=y"},
    labels={"label": "value"},
    user="50000",
    working_directory="/opt/airflow",
    entrypoint=("/usr/bin/dumb-init", "--", "/entrypoint"),
    cmd=("version",),
    history=(),
    layers=("sha256:" + "a" * 64, "sha256:" + "b" * 64),
    size_bytes=1,
    created="2026-11-24T22:57:12.123456789Z",
)
CONFIG: dict[str, Any] = {
    "architecture": "amd64",
    "os": "linux",
    "created": "2026-11-24T22:57:12.123456789Z",
    "rootfs": {"type": "layers", "diff_ids": list(IMAGE.layers)},
    "config": {
        "Env": ["A=1", "B=x=y"],
        "Labels": {"label": "value"},
        "User": "50000",
        "WorkingDir": "/opt/airflow",
        "Entrypoint": list(IMAGE.entrypoint),
        "Cmd": ["version"],
    },
}


def manifest(**content: Any) -> Manifest:
    return manifest_of(json.dumps({"schemaVersion": 2, **content}).encode())


def layer(kind: str, size: int = 10) -> dict[str, Any]:
    return {"mediaType": f"application/vnd.oci.image.layer.v1.tar+{kind}", "digest": "sha256:0", "size": size}


def test_the_digest_is_that_of_the_bytes() -> None:
    content = b'{"schemaVersion": 2, "layers": []}\n'
    assert manifest_of(content).digest == f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize(
    ("kinds", "compression"),
    [(["gzip", "gzip"], "gzip"), (["zstd"], "zstd"), (["gzip", "zstd"], None), ([], None)],
)
def test_the_compression(kinds: list[str], compression: str | None) -> None:
    found = manifest(layers=[layer(kind) for kind in kinds])
    assert found.compression == compression
    assert found.compressed_bytes == 10 * len(kinds)


def test_a_list_has_members() -> None:
    assert manifest(manifests=[{"digest": "sha256:1"}, {"digest": "sha256:2"}]).members == (
        "sha256:1",
        "sha256:2",
    )


def test_the_id_is_the_digest_of_the_configuration() -> None:
    assert is_same_image(manifest(config={"digest": IMAGE.id}), None, IMAGE)
    assert not is_same_image(manifest(config={"digest": "sha256:2"}), None, IMAGE)


def test_the_content_decides_where_the_configuration_was_written_anew() -> None:
    assert is_same_image(manifest(config={"digest": "sha256:2"}), CONFIG, IMAGE)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("architecture", "arm64"),
        ("created", "2026-11-25T00:00:00Z"),
        ("rootfs.diff_ids", ["sha256:" + "a" * 64]),
        ("config.Env", ["A=2", "B=x=y"]),
        ("config.Labels", None),
        ("config.User", "0"),
        ("config.WorkingDir", ""),
        ("config.Entrypoint", None),
        ("config.Cmd", ["other"]),
        ("config", None),
    ],
)
def test_one_difference_is_another_image(place: str, value: object) -> None:
    config = copy.deepcopy(CONFIG)
    part, _, last = place.rpartition(".")
    (config[part] if part else config)[last] = value
    assert not is_same_image(manifest(config={"digest": "sha256:2"}), config, IMAGE)
