"""What the probes make of single things: folders, processes, requirements, bytecode, tracebacks."""

from __future__ import annotations

import os
import types
from pathlib import Path

import pytest

from airflow_ecs_image.checks.probe_script import probe_source


def module(name: str) -> types.ModuleType:
    probe = types.ModuleType(name)
    exec(compile(probe_source(name), name, "exec"), probe.__dict__)
    return probe


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    assert module("process").folder(str(tmp_path / "missing"))["writable"] is False
    assert module("process").folder(str(tmp_path))["writable"] is True
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command_line", "name"),
    [
        (b"/usr/bin/dumb-init\0--\0python\0", "dumb-init"),
        (
            b"/usr/libexec/qemu-binfmt/aarch64-binfmt-P\0/usr/bin/dumb-init\0/usr/bin/dumb-init\0--\0",
            "dumb-init",
        ),
        (b"/usr/bin/qemu-aarch64-static\0/usr/bin/python3\0", "python3"),
        (b"", ""),
    ],
)
def test_an_emulator_is_not_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command_line: bytes, name: str
) -> None:
    file = tmp_path / "cmdline"
    file.write_bytes(command_line)
    process = module("process")
    monkeypatch.setitem(process.__dict__, "open", lambda path, mode: file.open(mode))

    assert process.program(1) == name


def test_unmet_dependencies_and_foreign_wheels_are_told(tmp_path: Path) -> None:
    from importlib.metadata import PathDistribution

    import packaging.requirements

    probe = module("dependencies")
    folder = tmp_path / "one-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: One\nVersion: 1.0\n"
        "Requires-Dist: missing\nRequires-Dist: Two_Words>=3\nRequires-Dist: extra-only; extra == 'x'\n"
        "Requires-Dist: elsewhere; sys_platform == 'win32'\nRequires-Dist: two-words<5\n",
        encoding="utf-8",
    )
    (folder / "WHEEL").write_text(
        "Wheel-Version: 1.0\nTag: cp39-cp39-manylinux_2_17_s390x.manylinux2014_s390x\n", encoding="utf-8"
    )
    one = probe.Installed(PathDistribution(folder))
    two = types.SimpleNamespace(version="2.0")

    assert probe.unmet(one, {"two-words": two}, packaging.requirements) == [
        "One 1.0 requires missing, which is not installed",
        "One 1.0 requires Two_Words>=3, but 2.0 is installed",
    ]
    assert probe.foreign_wheel(one, {"cp39-cp39-manylinux_2_17_x86_64"}) == [
        "One 1.0 is built for cp39-cp39-manylinux2014_s390x"
    ]
    assert probe.foreign_wheel(one, {"cp39-cp39-manylinux2014_s390x"}) == []


def test_bytecode_is_judged_as_the_interpreter_does(tmp_path: Path) -> None:
    import py_compile

    probe = module("start_up")
    source = tmp_path / "module.py"
    source.write_text("x = 1\n", encoding="utf-8")
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    checked = py_compile.PycInvalidationMode.CHECKED_HASH
    by_time = py_compile.PycInvalidationMode.TIMESTAMP
    cached = {
        mode: str(py_compile.compile(str(source), str(tmp_path / f"{mode.name}.pyc"), invalidation_mode=mode))
        for mode in (unchecked, checked, by_time)
    }
    assert all(probe.has_bytecode(str(source), path) for path in cached.values())
    assert not probe.has_bytecode(str(source), None)
    assert not probe.has_bytecode(str(source), str(tmp_path / "missing.pyc"))

    source.write_text("x = 22\n", encoding="utf-8")
    assert probe.has_bytecode(str(source), cached[unchecked])
    assert not probe.has_bytecode(str(source), cached[checked])
    assert not probe.has_bytecode(str(source), cached[by_time])


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (
            """Traceback:
  File "/dags/a.py", line 7, in <module>
    import x
    ^^^^^^^^
  File "/other.py", line 1, in <module>
ModuleNotFoundError: No module named 'x'
""",
            "line 7: ModuleNotFoundError: No module named 'x'",
            "import",
        ),
        (
            'Traceback:\n  File "/dags/a.py", line 2\n    def (\n        ^\nSyntaxError: invalid syntax\n',
            "line 2: SyntaxError: invalid syntax",
            "import",
        ),
        (
            'Traceback:\n  File "/x.py", line 2, in f\n    f()\nValueError: first\nsecond line\n  third\n',
            "ValueError: first",
            "import",
        ),
        ("AirflowDagCycleException: Cycle detected", "AirflowDagCycleException: Cycle detected", "import"),
        ("KeyError: 'Variable x does not exist'", "KeyError: 'Variable x does not exist'", "service"),
        (
            "UnknownExecutorException: Task 't' specifies executor 'e', which is not available. Make sure",
            "UnknownExecutorException: Task 't' specifies executor 'e', which is not available. Make sure",
            "executor",
        ),
        ("", "", "import"),
    ],
)
def test_the_last_line_of_a_traceback(text: str, line: str, reason: str) -> None:
    probe = module("dags")

    assert probe.last_line(text, "/dags/a.py") == line
    assert probe.reason(text) == reason


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_files_that_this_user_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "closed.py").touch(mode=0o000)

    assert module("dags").readability(str(tmp_path))["unreadable"] == ["closed.py"]


def test_files_that_another_user_cannot_read(tmp_path: Path) -> None:
    for name, mode in {"a.py": 0o644, "b.py": 0o600, "c.txt": 0o600}.items():
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere")

    found = module("dags").readability(str(tmp_path))

    assert found == {"python_files": 3, "unreadable": ["gone.py"], "private": ["b.py"]}
