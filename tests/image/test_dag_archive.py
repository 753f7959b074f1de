"""`dags push --image`: every DAG of the archive imports in the image, or nothing is uploaded."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from airflow_ecs_image.cli import run
from airflow_ecs_image.dags import archive, compression, matches, prefix_code
from airflow_ecs_image.engine import Engine, containers
from airflow_ecs_image.resources import resource
from tests.s3.moto_server import S3Endpoint, s3_endpoint

BUCKET = "archive-bucket"
LOCATION = f"s3://{BUCKET}/dags"
GOOD = """from airflow.sdk import DAG
from lib.names import NAME
with DAG(NAME):
    pass
"""
TREE = {"good.py": GOOD, "lib/__init__.py": "", "lib/names.py": "NAME = 'archived'\n"}


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Endpoint]:
    with s3_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def keys(s3: S3Endpoint, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The keys of an empty bucket, asked again at each call."""
    s3.fill(BUCKET, {})
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return lambda: {entry["Key"] for entry in s3.client.list_objects_v2(Bucket=BUCKET).get("Contents", ())}


def project(directory: Path, files: Mapping[str, str]) -> str:
    for name, text in files.items():
        path = directory / "dags" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(directory)


def left_volumes() -> set[str]:
    """The anonymous volumes that no container has: what a check would leave. Those of other tests have names, or are in use."""
    found = Engine().docker("volume", "ls", "--quiet", "--filter", "dangling=true").split()
    return {name for name in found if re.fullmatch(r"[0-9a-f]{64}", name)}


def test_good_dags_are_uploaded(
    default_tag: str, keys: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = left_volumes()
    assert (
        run(["dags", "push", LOCATION, "--image", default_tag, "-C", project(tmp_path, TREE), "--json"]) == 0
    )
    document = json.loads(capsys.readouterr().out)
    assert document["image"] == default_tag
    assert document["imports"]["dag_ids"] == ["archived"]
    assert [file["path"] for file in document["imports"]["files"]] == ["good.py"]
    assert keys() == {"dags/latest.sha256", f"dags/{document['name']}"}
    assert left_volumes() == before


@pytest.mark.parametrize(
    ("broken", "lines"),
    [
        ({"broken.py": "from airflow.sdk import DAG\nimport no_such_module\n"},
         ["  | broken.py: line 2: ModuleNotFoundError: No module named 'no_such_module'"]),
        ({"one.py": "# airflow DAG\n1 / 0\n", "sub/two.py": "# airflow DAG\nthis is no Python\n"},
         ["  | one.py: line 2: ZeroDivisionError: division by zero", "  | sub/two.py: line 2: SyntaxError"]),
    ],
)  # fmt: skip
def test_nothing_is_uploaded_when_a_file_does_not_import(
    default_tag: str,
    keys: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    broken: Mapping[str, str],
    lines: list[str],
) -> None:
    directory = project(tmp_path, {**TREE, **broken})
    before = left_volumes()
    assert run(["dags", "push", LOCATION, "--image", default_tag, "-C", directory, "--json"]) == 8
    output = capsys.readouterr()
    error = json.loads(output.out)["error"]
    assert error["type"] == "CheckFailed"
    assert error["message"] == (
        f"{default_tag}: {len(broken)} of {len(broken) + 1} DAG files fail; nothing was uploaded"
    )
    shown = [line for line in output.err.splitlines() if line.startswith("  | ")]
    assert len(shown) == len(lines)
    for line, expected in zip(shown, lines, strict=True):
        assert line.startswith(expected)
    assert keys() == set()
    assert left_volumes() == before


def test_the_image_s_own_dags_do_not_help(
    default_tag: str, keys: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A container replaces them with the archive's: what imports only beside them does not import there."""
    module = next(path.stem for path in resource("dags_example").glob("*.py"))
    directory = project(tmp_path, {"needs_it.py": f"# airflow DAG\nimport {module}\n"})
    assert run(["dags", "push", LOCATION, "--image", default_tag, "-C", directory]) == 8
    assert f"No module named '{module}'" in capsys.readouterr().err
    assert keys() == set()


def test_an_archive_without_a_dag(
    default_tag: str, keys: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = project(tmp_path, {"helper.py": "x = 1\n"})
    assert run(["dags", "push", LOCATION, "--image", default_tag, "-C", directory]) == 8
    assert "none of the 1 Python files in /opt/airflow/dags defines a DAG" in capsys.readouterr().err
    assert keys() == set()


def test_an_image_that_is_not_there(keys: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = project(tmp_path, TREE)
    assert run(["dags", "push", LOCATION, "--image", "no-such-image:1", "-C", directory]) == 14
    assert "no-such-image:1: this engine has no such image" in capsys.readouterr().err
    assert keys() == set()


def test_another_python_and_another_zlib_pack_the_same_bytes(default_tag: str, tmp_path: Path) -> None:
    """The image's Python is another build than this one, with a zlib of its own."""
    content = b"".join(path.read_bytes() for path in sorted(Path(archive.__file__).parents[1].rglob("*.py")))
    modules = {
        module.__name__.rpartition(".")[2]: Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (matches, prefix_code, compression)
    }
    script = f"""
import hashlib, sys, types
for package in ("airflow_ecs_image", "airflow_ecs_image.dags"):
    sys.modules[package] = types.ModuleType(package)
for name, source in {modules!r}.items():
    module = sys.modules["airflow_ecs_image.dags." + name] = types.ModuleType(name)
    exec(source, module.__dict__)
print(hashlib.sha256(module.gzip({content!r})).hexdigest())
"""
    done = containers.run(default_tag, ["-"], entrypoint="python", stdin=script)
    assert done.stdout.split() == [hashlib.sha256(compression.gzip(content)).hexdigest()], done.stderr
