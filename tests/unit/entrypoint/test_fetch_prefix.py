"""Fetching a prefix from a real S3 server: exactly what is there, or nothing at all."""

from __future__ import annotations

import os
import stat
from types import ModuleType

import pytest

from .conftest import BEFORE, BUCKET, S3, Fetch

FILES = {
    "first.py": b"import airflow",
    "team a/nested/deep/second.py": b"x = 1\n",
    "équipe/日本/third 🚀.py": b"",
    "data/blob.bin": bytes(range(256)) * 64,
    "a+b&c=d%20?e#f.txt": b"q",
    'it\'s "quoted" $HOME `id`.sql': b"select 1",
    "-rf": b"dash",
    ".hidden": b"h",
    "back\\slash": b"b",
}


def test_the_folder_holds_exactly_what_the_prefix_holds(fetch: Fetch, s3: S3) -> None:
    others = {"team/dags-old/x.py": b"", "team/x.py": b"", "team/dags/": b"", "team/dags/empty/": b""}
    s3.fill({**{f"team/dags/{name}": content for name, content in FILES.items()}, **others})
    for uri in (f"s3://{BUCKET}/team/dags", f"s3://{BUCKET}/team/dags/"):
        done = fetch(uri)
        assert (done.returncode, done.stderr) == (0, "")
        assert fetch.content() == FILES
        assert done.stdout.startswith(f"fetch-dags: {len(FILES)} files from {uri} in ")
        assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("uri", [f"s3://{BUCKET}", f"s3://{BUCKET}/"])
def test_a_whole_bucket_can_be_fetched(fetch: Fetch, s3: S3, uri: str) -> None:
    s3.fill({"a.py": b"a", "sub/b.py": b"b"})
    assert fetch(uri).returncode == 0
    assert fetch.content() == {"a.py": b"a", "sub/b.py": b"b"}


def test_a_prefix_with_signs_of_a_url_is_fetched(fetch: Fetch, s3: S3) -> None:
    s3.fill({"what?/is#this/a.py": b"a"})
    assert fetch(f"s3://{BUCKET}/what?/is#this").returncode == 0
    assert fetch.content() == {"a.py": b"a"}


def test_the_program_says_the_same_as_its_main(fetch: Fetch, s3: S3) -> None:
    s3.fill({"dags/a.py": b"a", "dags/sub/b.py": b"b"})
    failed = fetch.as_program(f"s3://{BUCKET}/nothing")
    assert (failed.returncode, failed.stdout) == (66, "")
    assert failed.stderr.startswith(f"fetch-dags: s3://{BUCKET}/nothing holds no file")
    assert fetch.content() == BEFORE
    done = fetch.as_program(f"s3://{BUCKET}/dags")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"fetch-dags: 2 files from s3://{BUCKET}/dags in ")
    assert fetch.content() == {"a.py": b"a", "sub/b.py": b"b"}


def test_more_keys_than_two_pages_are_found(
    s3: S3, fetch_dags: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    names = {f"part{number % 7}/dag_{number:04}.py" for number in range(2345)}
    s3.fill({f"dags/{name}": b"x" for name in names})
    found = list(fetch_dags.list_files(fetch_dags.s3_client(), BUCKET, "dags"))
    assert sorted(found) == [(f"dags/{name}", name, 1) for name in sorted(names)]


def test_more_files_than_are_fetched_at_once_arrive(fetch: Fetch, s3: S3) -> None:
    files = {f"part{number % 7}/dag_{number:04}.py": f"{number}".encode() for number in range(100)}
    s3.fill({f"dags/{name}": content for name, content in files.items()})
    assert fetch(f"s3://{BUCKET}/dags").returncode == 0
    assert fetch.content() == files


def test_a_missing_folder_is_made_and_group_0_can_write(fetch: Fetch, s3: S3) -> None:
    s3.fill({"dags/sub/a.py": b"a"})
    target = fetch.target / "new/folder"
    assert Fetch(s3, target, fetch.module).as_program(f"s3://{BUCKET}/dags").returncode == 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (target, *target.rglob("*"))}
    assert modes == {"folder": 0o775, "sub": 0o775, "a.py": 0o664}


def test_links_in_the_folder_are_replaced_and_not_followed(fetch: Fetch, s3: S3) -> None:
    outside = fetch.target.parent / "outside"
    outside.mkdir()
    (outside / "kept.py").write_text("kept")
    (fetch.target / "link").symlink_to(outside)
    (fetch.target / "a.py").symlink_to(outside / "kept.py")
    s3.fill({"dags/a.py": b"new", "dags/link/b.py": b"b"})
    assert fetch(f"s3://{BUCKET}/dags").returncode == 0
    assert fetch.content() == {"a.py": b"new", "link/b.py": b"b"}
    assert [path.read_text() for path in outside.iterdir()] == ["kept"]


@pytest.mark.parametrize(
    ("uri", "code", "reason"),
    [
        ("", 64, "S3_URI is ''; it must look like s3://bucket/prefix"),
        ("s3://", 64, "S3_URI is 's3://'"),
        ("s3:///dags", 64, "S3_URI is 's3:///dags'"),
        (f"http://{BUCKET}/dags", 64, f"S3_URI is 'http://{BUCKET}/dags'"),
        (f"S3://{BUCKET}/dags", 64, f"S3_URI is 'S3://{BUCKET}/dags'"),
        (f"{BUCKET}/dags\n", 64, f"S3_URI is '{BUCKET}/dags\\n'"),
        (f"s3://{BUCKET}/nothing", 66, f"s3://{BUCKET}/nothing holds no file"),
        (f"s3://{BUCKET}/folders", 66, f"s3://{BUCKET}/folders holds no file"),
        (f"s3://{BUCKET}/dags/a.py", 66, f"s3://{BUCKET}/dags/a.py holds no file"),
        ("s3://no-such-bucket/dags", 69, "s3://no-such-bucket/dags could not be fetched: "),
        ("s3://Not A Bucket/dags", 69, "s3://Not A Bucket/dags could not be fetched: "),
        (f"s3://{BUCKET}/above", 65, "the key '../evil.py' would leave the DAG folder"),
        (f"s3://{BUCKET}/within", 65, "the key 'a/../../evil.py' would leave the DAG folder"),
        (f"s3://{BUCKET}/absolute", 65, "the key '/etc/evil.py' would leave the DAG folder"),
        (f"s3://{BUCKET}/dots", 65, "the key './a.py' would leave the DAG folder"),
        (f"s3://{BUCKET}/twice", 65, "'twice/a' is a file and a folder at once"),
        (f"s3://{BUCKET}/long", 73, "cannot write the DAG folder "),
    ],
)
def test_a_failure_is_one_line_and_leaves_the_folder_as_it_was(
    fetch: Fetch, s3: S3, uri: str, code: int, reason: str
) -> None:
    s3.fill(
        {
            "dags/a.py": b"a", "folders/": b"", "folders/sub/": b"", "above/ok.py": b"", "above/../evil.py": b"",
            "within/a/../../evil.py": b"", "absolute//etc/evil.py": b"", "dots/./a.py": b"", "twice/a": b"",
            "twice/a/b.py": b"", f"long/{'x' * 300}.py": b"",
        }
    )  # fmt: skip
    done = fetch(uri)
    assert done.returncode == code
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith(f"fetch-dags: {reason}")
    assert fetch.content() == BEFORE
    assert not list(fetch.target.parents[2].rglob("evil.py"))


def test_a_dead_endpoint_is_one_line_without_credentials(fetch: Fetch) -> None:
    done = fetch(f"s3://{BUCKET}/dags", AWS_ENDPOINT_URL_S3="http://someone:canary@127.0.0.1:1")
    assert done.returncode == 69
    assert len(done.stderr.splitlines()) == 1
    assert "canary" not in done.stderr
    assert fetch.content() == BEFORE


def test_without_credentials_nothing_is_fetched(fetch: Fetch, s3: S3) -> None:
    s3.fill({"dags/a.py": b"a"})
    none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}
    done = fetch.as_program(f"s3://{BUCKET}/dags", **none)
    assert done.returncode == 69
    assert "credentials" in done.stderr
    assert fetch.content() == BEFORE


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_a_folder_that_cannot_be_written_is_named(fetch: Fetch, s3: S3) -> None:
    s3.fill({"dags/a.py": b"a"})
    fetch.target.chmod(0o555)
    try:
        done = fetch(f"s3://{BUCKET}/dags")
    finally:
        fetch.target.chmod(0o755)
    assert (done.returncode, done.stdout) == (73, "")
    assert done.stderr == f"fetch-dags: cannot write the DAG folder {fetch.target}: Permission denied\n"


def test_a_target_that_is_a_file_is_named(s3: S3, fetch: Fetch) -> None:
    s3.fill({"dags/a.py": b"a"})
    done = Fetch(s3, fetch.target / "first.py", fetch.module)(f"s3://{BUCKET}/dags")
    assert done.returncode == 73
    assert "first.py: File exists" in done.stderr


def test_a_file_that_changes_meanwhile_is_not_taken(
    fetch: Fetch, s3: S3, fetch_dags: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.fill({"dags/a.py": b"a", "dags/b.py": b"b"})
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    listed = fetch_dags.list_files

    def list_then_change(*arguments: object) -> list[tuple[str, str, int]]:
        found = list(listed(*arguments))
        s3.fill({"dags/a.py": b"a, but longer", "dags/b.py": b"b"})
        return found

    monkeypatch.setattr(fetch_dags, "list_files", list_then_change)
    with pytest.raises(
        fetch_dags.FetchError, match=r"'dags/a\.py' changed while it was being fetched"
    ) as failure:
        fetch_dags.fetch(f"s3://{BUCKET}/dags", fetch.target)
    assert failure.value.code == 69
    assert fetch.content() == BEFORE
