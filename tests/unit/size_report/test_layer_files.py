"""What is read from the archive of an image."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zlib
from pathlib import Path

import pytest

from airflow_ecs_image.size_report import memory
from airflow_ecs_image.size_report.layer_files import read_layers
from airflow_ecs_image.size_report.model import LayerFile, LayerFiles

from .layers import SITE, digest, installed, layer_tar, saved

NOISE = random.Random(7).randbytes(3_000_000)
TEXT = b"the same line again\n" * 100_000


def test_files_have_their_bytes_and_their_share_of_the_compressed() -> None:
    layer = layer_tar({"/data/noise": NOISE, "/data/text": TEXT, "/empty": b""})

    (found,) = read_layers(saved([layer]), {})

    assert [(file.path, file.bytes) for file in found.files] == [
        ("/data/noise", len(NOISE)),
        ("/data/text", len(TEXT)),
        ("/empty", 0),
    ]
    noise, text, empty = (file.compressed for file in found.files)
    assert noise == pytest.approx(len(NOISE), rel=0.1)
    assert text < 0.2 * len(TEXT)
    assert empty == 0
    assert noise + text == pytest.approx(len(zlib.compress(layer, 6)), rel=0.01)


def test_a_file_of_another_folder_does_not_pay_for_its_neighbour() -> None:
    (found,) = read_layers(saved([layer_tar({"/a/noise": NOISE[:200_000], "/b/text": TEXT[:200_000]})]), {})

    noise, text = (file.compressed for file in found.files)
    assert noise > 190_000
    assert text < 5_000


def test_layers_come_in_the_order_of_the_manifest() -> None:
    layers = [layer_tar({f"/{number}": b"x"}) for number in range(3)]

    found = read_layers(saved(layers, ["c/layer.tar", "a/layer.tar", "b/layer.tar"]), {})

    assert [layer.files[0].path for layer in found] == ["/0", "/1", "/2"]


def test_a_known_layer_is_not_read_again() -> None:
    layers = [layer_tar({"/one": b"x"}), layer_tar({"/two": b"x"})]
    known = LayerFiles((LayerFile("/remembered", 1, 1),))

    found = read_layers(saved(layers), {f"sha256:{digest(layers[0])}": known})

    assert found[0] is known
    assert found[1].files[0].path == "/two"


def test_compressed_layers_are_read_or_said_not_to_be() -> None:
    layer = layer_tar({"/one": b"x"})

    found = read_layers(saved([gzip.compress(layer), b"\x28\xb5\x2f\xfd not read"]), {})

    assert [(each.readable, len(each.files)) for each in found] == [(True, 1), (False, 0)]


def test_deleted_files_are_noted() -> None:
    layer = layer_tar({"/opt/.wh.gone": b"", "/srv/.wh..wh..opq": b"", "/kept": b"x"})

    (found,) = read_layers(saved([layer]), {})

    assert found.whiteouts == ("/opt/gone", "/srv/")
    assert [file.path for file in found.files] == ["/kept"]


def test_an_archive_that_breaks_off_is_an_error() -> None:
    whole = saved([layer_tar({"/noise": NOISE})]).getvalue()

    with pytest.raises(tarfile.TarError):
        read_layers(io.BytesIO(whole[: len(whole) // 2]), {})


def test_a_layer_is_remembered_as_it_was(tmp_path: Path) -> None:
    files = {**installed("Some_Thing", "1.2", {"some/x.py": b"x = 1\n"}), "/opt/.wh.gone": b""}
    layers = read_layers(saved([layer_tar(files)]), {})

    memory.remember(["sha256:ab"], layers, tmp_path / "new")

    assert memory.known_layers(["sha256:ab", "sha256:cd"], tmp_path / "new") == {"sha256:ab": layers[0]}
    assert layers[0].distributions[0].name == "some-thing"
    assert f"{SITE}/some/x.py" in layers[0].distributions[0].files


@pytest.mark.parametrize(
    "content", [b"", b"{}", *(gzip.compress(text, mtime=0) for text in (b"{}", b'{"format": 0}', b"[1]"))]
)
def test_a_spoilt_memory_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ab.json.gz").write_bytes(content)

    assert memory.known_layers(["sha256:ab"], tmp_path) == {}


def test_a_layer_that_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    memory.remember(["sha256:ab"], [LayerFiles(readable=False)], tmp_path)

    assert memory.known_layers(["sha256:ab"], tmp_path) == {}
