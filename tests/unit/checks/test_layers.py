"""Layers read from archives of the shapes that `docker save` writes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from airflow_ecs_image.checks import layers as layers_module
from airflow_ecs_image.checks.credential_patterns import AWS_KEY_ID, PEM_KEY, URL_LOGIN
from airflow_ecs_image.checks.layer_memory import known_layers, remember
from airflow_ecs_image.checks.layers import LayerFinding, scan_layers

KEY = b"AKIA" + b"Z7QWERTYUIOPASDF"
PEM = b"-----BEGIN PRIVATE KEY-----\n" + b"MIIEvQIBADANBgkq" * 4 + b"\n"


def tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def diff_id(layer: bytes) -> str:
    return f"sha256:{hashlib.sha256(layer).hexdigest()}"


def oci_archive(*layers: bytes) -> io.BytesIO:
    """As engines from 25 on write it: blobs named and sorted by their hash, the description among them."""
    blobs = {
        f"blobs/sha256/{hashlib.sha256(blob).hexdigest()}": blob for blob in (*layers, b'{"config": {}}')
    }
    names = [f"blobs/sha256/{hashlib.sha256(layer).hexdigest()}" for layer in layers]
    manifest = json.dumps([{"Config": "blobs/sha256/x", "Layers": names}]).encode()
    return io.BytesIO(tar({**dict(sorted(blobs.items())), "index.json": b"{}", "manifest.json": manifest}))


def findings(*layers: bytes) -> tuple[LayerFinding, ...]:
    return scan_layers(oci_archive(*layers), {}).findings()


def test_a_clean_image_has_no_findings() -> None:
    scan = scan_layers(
        oci_archive(tar({"etc/os-release": b"ID=debian\n", "bin/sh": b"\x7fELF"}), tar({})), {}
    )

    assert scan.findings() == ()
    assert (len(scan.layers), scan.files, scan.unread) == (2, 2, ())


def test_a_key_in_a_deleted_file_is_still_found() -> None:
    bottom = tar({"opt/airflow/settings.py": b"KEY = '" + KEY + b"'\n", "opt/airflow/ok.py": b""})
    top = tar({"opt/airflow/.wh.settings.py": b""})

    assert findings(bottom, tar({"x": b""}), top) == (
        LayerFinding(1, "/opt/airflow/settings.py", AWS_KEY_ID, deleted_in=3),
    )


@pytest.mark.parametrize("whiteout", ["opt/.wh.airflow", "opt/airflow/.wh..wh..opq"])
def test_a_deleted_folder_hides_what_is_in_it(whiteout: str) -> None:
    bottom = tar({"opt/airflow/settings.py": KEY})

    assert findings(bottom, tar({whiteout: b""}))[0].deleted_in == 2


def test_a_file_that_is_not_deleted_is_not_called_so() -> None:
    assert findings(tar({"opt/settings.py": KEY}), tar({"opt/.wh.settings": b""}))[0].deleted_in is None


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        ("home/airflow/.aws/credentials", b"", "a file that is made to hold credentials"),
        ("opt/airflow/dags/.env", b"", "a file that is made to hold credentials"),
        ("opt/airflow/dags/.env.production", b"", "a file that is made to hold credentials"),
        ("root/.ssh/id_ed25519", b"", "a file that is made to hold credentials"),
        ("opt/airflow/dags/key.pem", PEM, PEM_KEY),
        ("etc/pip.conf", b"[global]\nindex-url = https://me:pa55@host/simple\n", URL_LOGIN),
        ("home/airflow/.config/uv/uv.toml", b'index-url = "https://me:pa55@host/simple"\n', URL_LOGIN),
        ("requirements.txt", b"--index-url https://me:pa55@host/simple\n", URL_LOGIN),
        ("home/airflow/.netrc", b"machine host login me password pa55\n", "a password"),
        ("root/.docker/config.json", b'{"auths": {"host": {"auth": "bWU6cGE1NQ=="}}}', "a password"),
        ("root/.npmrc", b"//host/:_authToken=abc\n", "a password"),
        (
            "usr/lib/python3/dist-packages/x-1.dist-info/direct_url.json",
            b'{"url":"https://a:b@h/x"}',
            URL_LOGIN,
        ),
    ],
)
def test_what_is_found(path: str, content: bytes, kind: str) -> None:
    assert findings(tar({path: content})) == (LayerFinding(1, f"/{path}", kind),)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("home/airflow/.local/lib/python3.13/site-packages/pkg/tests/key.pem", PEM),
        ("usr/lib/python3.13/test/certdata/keycert.pem", PEM),
        ("usr/lib/x86_64-linux-gnu/libgnutls.so.30", b"\x7fELF\x02\0" + PEM),
        ("home/airflow/.local/lib/python3.13/site-packages/pkg/.env", b""),
        ("opt/airflow/dags/.env.example", b"TOKEN="),
        ("root/.docker/config.json", b'{"auths": {}}'),
        ("root/.npmrc", b"//host/:_authToken=${TOKEN}\n"),
        ("etc/pip.conf", b"[global]\nindex-url = https://host/simple\n"),
        ("opt/airflow/README.md", b"https://me:pa55@host/ is how a URL with a password looks"),
        ("etc/ssl/certs/ca.pem", b"-----BEGIN CERTIFICATE-----\n" + b"MIIE" * 20),
    ],
)
def test_what_is_left_alone(path: str, content: bytes) -> None:
    assert findings(tar({path: content})) == ()


def test_a_key_is_found_across_the_end_of_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers_module, "_CHUNK", 1000)

    for offset in range(970, 1010):
        content = b" " * offset + KEY + b" " * 900
        assert [finding.kind for finding in findings(tar({"x": content}))] == [AWS_KEY_ID]


def test_a_compressed_layer_is_read() -> None:
    layer = gzip.compress(tar({"x": KEY}))

    assert [finding.path for finding in findings(layer)] == ["/x"]


def test_an_unknown_compression_is_said() -> None:
    scan = scan_layers(oci_archive(tar({"x": b""}), b"\x28\xb5\x2f\xfd" + b"\0" * 20), {})

    assert scan.unread == (2,)


def test_the_archive_of_older_engines_is_read() -> None:
    one, two = tar({"x": KEY}), tar({".wh.x": b""})
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in (("aa/layer.tar", one), ("bb/layer.tar", two)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("cc/layer.tar")
        link.type, link.linkname = tarfile.SYMTYPE, "../aa/layer.tar"
        archive.addfile(link)
        manifest = json.dumps([{"Layers": ["aa/layer.tar", "bb/layer.tar", "cc/layer.tar"]}]).encode()
        member = tarfile.TarInfo("manifest.json")
        member.size = len(manifest)
        archive.addfile(member, io.BytesIO(manifest))
    buffer.seek(0)

    assert scan_layers(buffer, {}).findings() == (
        LayerFinding(1, "/x", AWS_KEY_ID, deleted_in=2),
        LayerFinding(3, "/x", AWS_KEY_ID),
    )


def test_an_archive_that_is_cut_short_is_an_error() -> None:
    whole = oci_archive(tar({"x": b"y" * 100_000})).getvalue()

    with pytest.raises(tarfile.TarError):
        scan_layers(io.BytesIO(whole[: len(whole) // 2]), {})


def test_known_layers_are_not_read_again(tmp_path: Path) -> None:
    memory = tmp_path / "folder" / "memory.json"
    bottom, top = tar({"x": KEY}), tar({"y": b""})
    first = scan_layers(oci_archive(bottom), {})
    remember([diff_id(bottom)], first, memory)

    known = known_layers([diff_id(bottom), diff_id(top)], memory)
    second = scan_layers(oci_archive(bottom, top), known)

    assert set(known) == {diff_id(bottom)}
    assert second.findings() == first.findings()
    assert (len(second.layers), second.files) == (2, 2)


@pytest.mark.parametrize("content", ["", "[]", '{"patterns": "older", "layers": {}}', "{"])
def test_a_memory_that_cannot_be_used_is_no_error(tmp_path: Path, content: str) -> None:
    memory = tmp_path / "memory.json"
    memory.write_text(content, encoding="utf-8")

    assert known_layers(["sha256:0"], memory) == {}


def test_no_secret_reaches_the_memory(tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    layer = tar({"x": KEY})
    remember([diff_id(layer)], scan_layers(oci_archive(layer), {}), memory)

    assert KEY not in memory.read_bytes()
