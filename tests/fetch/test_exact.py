"""What ends up in the folder is what is below the prefix, byte for byte, and nothing else."""

from __future__ import annotations

import stat
from pathlib import Path

import boto3
import pytest

from tests.s3.moto_server import S3Endpoint
from tests.s3.rclone_server import S3Server

from .fetcher import Fetcher, assert_fetched, assert_refused

Server = S3Server | S3Endpoint

FILES = {
    "first.py": b"import airflow",
    "package/__init__.py": b"",
    "team a/nested/deep/second.py": b"x = 1\n",
    "équipe/日本/third 🚀.py": b"",
    "e\u0301 decomposed.py": b"another name than the composed",
    "data/blob.bin": bytes(range(256)) * 64,
    "a+b&c=d%20?e#f;g:h@i,j$k!l*m~(n).txt": b"q",
    "%41 and %2e%2e%2f.py": b"not decoded twice",
    "&amp; &lt;tag&gt; <b>.py": b"markup",
    'it\'s "quoted" $HOME `id`.sql': b"select 1",
    "-rf": b"dash",
    "...": b"three dots",
    " leading and trailing ": b"spaces",
    ".hidden": b"h",
    ".airflowignore": b"skipped/.*\n",
    "sub/.airflowignore": b"",
    "back\\slash": b"b",
    "x" * 255: b"the longest name",
}


def below(prefix: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{prefix}/{name}": content for name, content in files.items()}


def test_the_folder_holds_exactly_what_the_prefix_holds(fetch: Fetcher, server: Server, bucket: str) -> None:
    others = {"team/dags-old/x.py": b"", "team/x.py": b"", "team/dags/": b"", "team/dags/empty/": b""}
    server.fill(bucket, {**below("team/dags", FILES), **others})

    for uri in (f"s3://{bucket}/team/dags", f"s3://{bucket}/team/dags/"):
        assert_fetched(fetch(uri), len(FILES), uri)
        assert fetch.tree == FILES
        assert fetch.leftovers == []


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_whole_bucket_can_be_fetched(fetch: Fetcher, server: Server, bucket: str, slash: str) -> None:
    server.fill(bucket, {"a.py": b"a", "sub/b.py": b"b"})

    assert_fetched(fetch(f"s3://{bucket}{slash}"), 2, f"s3://{bucket}{slash}")

    assert fetch.tree == {"a.py": b"a", "sub/b.py": b"b"}


@pytest.mark.parametrize("prefix", ["what?/is#this", "a b/é+%41", "s3:/x", "deep/er/than/one"])
def test_a_prefix_may_hold_any_character(fetch: Fetcher, server: Server, bucket: str, prefix: str) -> None:
    server.fill(bucket, {f"{prefix}/a.py": b"a", f"{prefix}er/b.py": b"b"})

    assert_fetched(fetch(f"s3://{bucket}/{prefix}"), 1, f"s3://{bucket}/{prefix}")

    assert fetch.tree == {"a.py": b"a"}


def test_control_characters_in_names_arrive(on_moto: Fetcher, moto: S3Endpoint, bucket: str) -> None:
    # Without the line feed: moto lists such a key, and then does not find it.
    files = {f"a{chr(code)}b.py": b"%d" % code for code in [*range(1, 10), *range(11, 32), 127, 0x85, 0x2028]}
    moto.fill(bucket, below("dags", files))

    assert_fetched(on_moto(f"s3://{bucket}/dags"), len(files), f"s3://{bucket}/dags")

    assert on_moto.tree == files


def test_files_that_are_gone_from_the_bucket_go_from_the_folder(
    on_moto: Fetcher, moto: S3Endpoint, bucket: str
) -> None:
    uri = f"s3://{bucket}/dags"
    moto.fill(bucket, {"dags/a.py": b"a", "dags/sub/b.py": b"b", "dags/sub/c.py": b"c"})
    assert_fetched(on_moto(uri), 3, uri)
    # Of the same size: only the content tells.
    moto.fill(bucket, {"dags/a.py": b"A", "dags/sub": b"now a file"})

    assert_fetched(on_moto(uri), 2, uri)

    assert on_moto.tree == {"a.py": b"A", "sub": b"now a file"}


def test_more_keys_than_two_pages_arrive(fetch: Fetcher, server: Server, bucket: str) -> None:
    files = {
        f"part {number % 7}/dag_{number:04}.py": f"{number} é".encode() * (number % 5)
        for number in range(2345)
    }
    server.fill(bucket, below("dags", files))

    assert_fetched(fetch(f"s3://{bucket}/dags"), len(files), f"s3://{bucket}/dags")

    assert fetch.tree == files


@pytest.mark.parametrize("connections", ["1", "4", "256"])
def test_the_number_of_connections_does_not_matter(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, connections: str
) -> None:
    files = {f"{number}.py": b"%d" % number for number in range(100)}
    rclone.fill(bucket, below("dags", files))

    ended = on_rclone(f"s3://{bucket}/dags", DAG_FETCH_CONNECTIONS=connections)

    assert_fetched(ended, 100, f"s3://{bucket}/dags")
    assert on_rclone.tree == files


def test_an_object_of_several_megabytes_and_one_in_parts_arrive(
    on_moto: Fetcher, moto: S3Endpoint, bucket: str
) -> None:
    big, parts = bytes(range(256)) * 40_000, [b"p" * 5_242_880, b"q" * 100]
    moto.fill(bucket, {"dags/big.bin": big})
    where = {"Bucket": bucket, "Key": "dags/parts.bin"}
    client = boto3.client(
        "s3", endpoint_url=moto.url, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
    )
    upload = client.create_multipart_upload(**where)["UploadId"]
    numbered = [
        {
            "PartNumber": number,
            "ETag": client.upload_part(**where, UploadId=upload, PartNumber=number, Body=part)["ETag"],
        }
        for number, part in enumerate(parts, 1)
    ]
    client.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": numbered})

    assert_fetched(on_moto(f"s3://{bucket}/dags"), 2, f"s3://{bucket}/dags")

    assert on_moto.tree == {"big.bin": big, "parts.bin": b"".join(parts)}


@pytest.mark.parametrize(
    ("include", "exclude", "kept"),
    [
        ("*.py", "", {"a.py", "sub/b.py", "sub/deep/c_test.py", ".airflowignore", "sub/.airflowignore"}),
        ("", "*_test.py, *.sql", {"a.py", "sub/b.py", "notes.md", ".airflowignore", "sub/.airflowignore"}),
        ("sub/*,notes.*", "*/deep/*", {"sub/b.py", "sub/q.sql", "notes.md", ".airflowignore", "sub/.airflowignore"}),
        ("?.py", "", {"a.py", ".airflowignore", "sub/.airflowignore"}),
        ("", "*", {".airflowignore", "sub/.airflowignore"}),
    ],
)  # fmt: skip
def test_patterns_choose_and_airflowignore_is_always_kept(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, include: str, exclude: str, kept: set[str]
) -> None:
    names = [
        "a.py", "notes.md", ".airflowignore", "sub/.airflowignore", "sub/b.py", "sub/q.sql", "sub/deep/c_test.py",
    ]  # fmt: skip
    rclone.fill(bucket, below("dags", {name: name.encode() for name in names}))

    ended = on_rclone(f"s3://{bucket}/dags", DAG_FETCH_INCLUDE=include, DAG_FETCH_EXCLUDE=exclude)

    assert_fetched(ended, len(kept), f"s3://{bucket}/dags")
    assert on_rclone.tree == {name: name.encode() for name in kept}


def test_a_key_that_is_excluded_may_be_one_that_cannot_be_a_file(
    on_moto: Fetcher, moto: S3Endpoint, bucket: str
) -> None:
    moto.fill(bucket, {"dags/a.py": b"a", "dags/tmp/../b": b"b"})

    ended = on_moto(f"s3://{bucket}/dags", DAG_FETCH_EXCLUDE="tmp/*")

    assert_fetched(ended, 1, f"s3://{bucket}/dags")
    assert on_moto.tree == {"a.py": b"a"}


def test_a_missing_folder_is_made_and_group_0_can_write(fetch: Fetcher, server: Server, bucket: str) -> None:
    server.fill(bucket, {"dags/sub/a.py": b"a"})
    new = Fetcher(fetch.target / "new/folder", fetch.environment)

    assert new(f"s3://{bucket}/dags").code == 0

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (new.target, *new.target.rglob("*"))}
    assert modes == {"folder": 0o775, "sub": 0o775, "a.py": 0o664}


def test_links_in_the_folder_are_replaced_and_not_followed(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.py").write_text("kept")
    (on_rclone.target / "link").symlink_to(outside)
    (on_rclone.target / "a.py").symlink_to(outside / "kept.py")
    rclone.fill(bucket, {"dags/a.py": b"new", "dags/link/b.py": b"b"})

    assert on_rclone(f"s3://{bucket}/dags").code == 0

    assert on_rclone.tree == {"a.py": b"new", "link/b.py": b"b"}
    assert [path.read_text() for path in outside.iterdir()] == ["kept"]


def test_a_folder_that_is_a_link_keeps_being_one(
    on_rclone: Fetcher, rclone: S3Server, bucket: str, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(on_rclone.target)
    rclone.fill(bucket, {"dags/a.py": b"new"})

    assert Fetcher(link, on_rclone.environment)(f"s3://{bucket}/dags").code == 0

    assert link.is_symlink()
    assert on_rclone.tree == {"a.py": b"new"}


def test_an_empty_prefix_is_taken_when_that_is_allowed(
    on_rclone: Fetcher, rclone: S3Server, bucket: str
) -> None:
    rclone.fill(bucket, {"other/a.py": b"a"})
    uri = f"s3://{bucket}/dags"
    assert_refused(on_rclone(uri), 66, "holds no file")

    assert_fetched(on_rclone(uri, DAG_FETCH_ALLOW_EMPTY="true"), 0, uri)

    assert on_rclone.tree == {}
    assert on_rclone.target.is_dir()


def test_the_version_tells_one_content_from_another(on_moto: Fetcher, moto: S3Endpoint, bucket: str) -> None:
    def version(**objects: bytes) -> str:
        moto.fill(bucket, {f"dags/{name}": content for name, content in objects.items()})
        return on_moto(f"s3://{bucket}/dags").stdout.rpartition("version ")[2]

    assert version(a=b"1", b=b"2") == version(b=b"2", a=b"1")
    assert len({version(a=b"1", b=b"2"), version(a=b"2", b=b"1"), version(a=b"1"), version(c=b"1")}) == 4
