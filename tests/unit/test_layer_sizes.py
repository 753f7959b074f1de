"""Sizes of layers: measured from an archive as `docker save` writes it, or bounded by the image's history."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import tarfile
from pathlib import Path

import pytest

from airflow_ecs_image.engine.images import HistoryEntry
from airflow_ecs_image.engine.layer_sizes import compressed_layer_sizes, unpacked_layer_bounds
from airflow_ecs_image.engine.sizes import remember_sizes, remembered_sizes


def text_like(size: int, seed: int) -> bytes:
    words = [b"import", b"airflow", b"def", b"return", b"self", b"task", b"\n", b"    "]
    source = random.Random(seed)
    return b" ".join(source.choice(words) + str(source.randrange(10_000)).encode() for _ in range(size // 10))


LAYERS = [text_like(3_500_000, 1), text_like(40_000, 2), bytes(1024)]
DIFF_IDS = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in LAYERS]


def archive(names: list[str], contents: list[bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        manifest = json.dumps([{"Config": "config", "Layers": names}]).encode()
        for name, content in [*dict(zip(names, contents, strict=True)).items(), ("manifest.json", manifest)]:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    file.seek(0)
    return file


@pytest.mark.parametrize(
    "names",
    [
        [f"blobs/sha256/{identifier.removeprefix('sha256:')}" for identifier in DIFF_IDS],
        ["aa/layer.tar", "bb/layer.tar", "cc/layer.tar"],
    ],
    ids=["since engine 25", "before engine 25"],
)
def test_layers_are_as_large_as_gzip_makes_them(names: list[str]) -> None:
    sizes = compressed_layer_sizes(archive(names, LAYERS), DIFF_IDS, set())

    for identifier, layer in zip(DIFF_IDS, LAYERS, strict=True):
        assert sizes[identifier] == pytest.approx(len(gzip.compress(layer, 6)), rel=0.005, abs=30)


def test_a_known_layer_is_not_measured_again() -> None:
    names = [f"blobs/sha256/{identifier.removeprefix('sha256:')}" for identifier in DIFF_IDS]

    sizes = compressed_layer_sizes(archive(names, LAYERS), DIFF_IDS, {DIFF_IDS[0]})

    assert set(sizes) == set(DIFF_IDS[1:])


def test_a_layer_that_the_engine_keeps_compressed_counts_as_it_is() -> None:
    blob = gzip.compress(LAYERS[0])
    name = f"blobs/sha256/{hashlib.sha256(blob).hexdigest()}"

    assert compressed_layer_sizes(archive([name], [blob]), DIFF_IDS[:1], set()) == {DIFF_IDS[0]: len(blob)}


def test_an_archive_that_breaks_off_is_an_error() -> None:
    broken = io.BytesIO(archive(["aa/layer.tar"], LAYERS[:1]).getvalue()[:100_000])

    with pytest.raises(tarfile.TarError):
        compressed_layer_sizes(broken, DIFF_IDS[:1], set())


def history(*entries: tuple[str, int]) -> list[HistoryEntry]:
    """Entries in the order of the Dockerfile."""
    return [HistoryEntry(created_by, "", size) for created_by, size in reversed(entries)]


def test_the_instructions_tell_which_entries_made_layers() -> None:
    entries = history(("", 900), ("ENV A=1", 0), ("WORKDIR /srv", 0), ("COPY a /a", 5), ('CMD ["x"]', 0))

    assert unpacked_layer_bounds(["a", "b", "c"], entries) == [900, 0, 5]


def test_where_they_do_not_tell_the_bound_is_never_too_small() -> None:
    entries = history(("odd", 900), ("odd", 0), ("odd", 7), ("odd", 0), ("odd", 5))

    assert unpacked_layer_bounds(["a", "b", "c", "d"], entries) == [900, 900, 7, 5]


def test_sizes_are_remembered_beside_earlier_ones(tmp_path: Path) -> None:
    cache = tmp_path / "folder" / "sizes.json"

    assert remembered_sizes(cache) == {}
    remember_sizes(cache, {"a": 1})
    remember_sizes(cache, {"b": 2})
    assert remembered_sizes(cache) == {"a": 1, "b": 2}
    assert [path.name for path in cache.parent.iterdir()] == ["sizes.json"]


@pytest.mark.parametrize("spoilt", ["", "[]", '{"a": "x"}', "{"])
def test_a_spoilt_cache_is_forgotten(tmp_path: Path, spoilt: str) -> None:
    cache = tmp_path / "sizes.json"
    cache.write_text(spoilt)

    assert remembered_sizes(cache) == {}
