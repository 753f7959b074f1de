"""The two entrypoints, their functions called in a real bash with everything outside of them replaced."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "entrypoint"
# What a worker is started with, byte for byte: spaces, quotes, $ and line breaks are data.
ARGUMENTS = [
    ["python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string", '{"a": "b c", "d": "$e `f` \\n"}'],
    ["airflow", "tasks", "run", "my dag", "task's", "manual__2026", "--local", "--subdir", "DAGS_FOLDER/a b.py"],
    ["bash", "-c", 'echo "$HOME"'],
    [],
    ["", " ", "*", "-n", "--", "a\nb", "ü"],
]  # fmt: skip


def run(script: str, commands: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Source a script, which must do nothing by itself, then run commands with the arguments."""
    return subprocess.run(
        ["bash", "-c", f"source '{FOLDER / script}'\n{commands}", "bash", *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def words(done: subprocess.CompletedProcess[str]) -> list[str]:
    return done.stdout.split("\0")[:-1]


# `exec` and `python` only say what they were called with.
SAY = """
exec() { printf '%s\\0' exec "$@"; exit 0; }
python() { printf '%s\\0' python "$@"; return "${FETCH_RESULT:-0}"; }
airflow() { printf '%s\\0' airflow "$@"; return "${CHECK_RESULT:-0}"; }
sleep() { printf '%s\\0' sleep "$@"; }
id() { printf '%s\\n' "${GROUP:-0}"; }
"""


class TestEntrypoint:
    @pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda value: ascii(value)[:30])
    def test_the_arguments_go_on_untouched(self, arguments: list[str]) -> None:
        done = run("entrypoint", f'{SAY}\nmain "$@"', *arguments)
        assert words(done) == ["exec", "/entrypoint", *arguments]
        assert done.stderr == ""

    def test_without_a_uri_nothing_is_fetched_and_nothing_set(self) -> None:
        for uri in ({}, {"S3_URI": ""}):
            done = run("entrypoint", f"{SAY}\nexec() {{ env -0; exit 0; }}\nmain x", **uri)
            assert not any(word.startswith("AIRFLOW__") for word in words(done))
            assert "python" not in done.stdout

    @pytest.mark.parametrize(
        ("environment", "folder"),
        [({}, "/opt/airflow/dags"), ({"CONTAINER_DAG_PATH": "/srv/our dags"}, "/srv/our dags")],
    )
    def test_with_a_uri_the_dags_are_fetched_first(self, environment: Mapping[str, str], folder: str) -> None:
        uri = "s3://bucket/a b/$x"
        done = run(
            "entrypoint",
            f'{SAY}\nexec() {{ printf "%s\\0" "$AIRFLOW__CORE__DAGS_FOLDER" "$@"; exit 0; }}\nmain "$@"',
            "python",
            "-V",
            S3_URI=uri,
            **environment,
        )
        fetch = ["python", "-I", "-S", "/opt/airflow-ecs-image/fetch-dags.py", uri, folder]
        assert words(done) == [*fetch, folder, "/entrypoint", "python", "-V"]

    @pytest.mark.parametrize("code", [*range(64, 79), 1, 143])
    def test_a_failed_fetch_ends_the_container_with_its_code(self, code: int) -> None:
        done = run("entrypoint", f'{SAY}\nmain "$@"', "python", S3_URI="s3://bucket", FETCH_RESULT=str(code))
        assert done.returncode == code
        assert "/entrypoint" not in words(done)

    def test_new_files_are_writable_for_the_group(self) -> None:
        done = run("entrypoint", f"{SAY}\nexec() {{ umask; exit 0; }}\nmain")
        assert done.stdout == "0002\n"

    def test_who_asks_is_told_when_it_begins_and_when_airflow_takes_over(self) -> None:
        done = run(
            "entrypoint",
            f'{SAY}\npython() {{ echo "fetch" >&2; }}\nmain "$@"',
            "version",
            S3_URI="s3://bucket",
            AIRFLOW_ECS_IMAGE_TIMELINE="1",
        )
        begun, fetched, handed_over = done.stderr.splitlines()
        assert fetched == "fetch"
        assert re.fullmatch(r"airflow-ecs-image: entrypoint \d{10}\.\d{6}", begun)
        assert re.fullmatch(r"airflow-ecs-image: airflow \d{10}\.\d{6}", handed_over)
        assert float(begun.split()[-1]) < float(handed_over.split()[-1])

    def test_the_comma_of_a_locale_is_a_point(self) -> None:
        done = run(
            "entrypoint",
            f"{SAY}\nunset EPOCHREALTIME; EPOCHREALTIME=1764040000,123456\nmain",
            AIRFLOW_ECS_IMAGE_TIMELINE="1",
        )
        assert done.stderr.splitlines()[0] == "airflow-ecs-image: entrypoint 1764040000.123456"


class TestBaseEntrypoint:
    def main(
        self, *arguments: str, commands: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        # /etc/passwd belongs to this machine.
        harmless = "add_user_of_arbitrary_uid() { :; }"
        return run(
            "base-entrypoint",
            f'{SAY}\n{harmless}\n{commands}\nmain "$@"',
            *arguments,
            **{"AIRFLOW_HOME": "/opt/airflow", "AIRFLOW_USER_HOME_DIR": "/home/airflow", **environment},
        )

    @pytest.mark.parametrize(
        ("arguments", "executed"),
        [
            (["python", "-c", "print('a b')"], ["python", "-c", "print('a b')"]),
            (["bash", "-c", "exit 3"], ["bash", "-c", "exit 3"]),
            (["airflow", "version"], ["airflow", "version"]),
            (["version"], ["airflow", "version"]),
            (["tasks", "run", "a b"], ["airflow", "tasks", "run", "a b"]),
            (["sh", "-c", "x"], ["airflow", "sh", "-c", "x"]),
            (["pythonic"], ["airflow", "pythonic"]),
            ([], ["airflow"]),
        ],
    )
    def test_python_bash_and_airflow_are_dispatched(self, arguments: list[str], executed: list[str]) -> None:
        assert words(self.main(*arguments)) == ["exec", *executed]

    @pytest.mark.parametrize("arguments", ARGUMENTS[:2], ids=["airflow-3", "airflow-2"])
    def test_a_worker_command_waits_for_no_database(self, arguments: list[str]) -> None:
        assert words(self.main(*arguments)) == ["exec", *arguments]

    @pytest.mark.parametrize(
        "service", ["scheduler", "dag-processor", "triggerer", "api-server", "webserver"]
    )
    def test_a_service_waits_for_the_database(self, service: str) -> None:
        for arguments in ([service, "--x"], ["airflow", service]):
            done = words(self.main(*arguments))
            assert done[:4] == ["airflow", "db", "check", "exec"]
            skipped = words(self.main(*arguments, CONNECTION_CHECK_MAX_COUNT="0"))
            assert skipped[0] == "exec"

    def test_a_database_that_does_not_answer_ends_it(self) -> None:
        done = self.main(
            "scheduler", CHECK_RESULT="1", CONNECTION_CHECK_MAX_COUNT="2", CONNECTION_CHECK_SLEEP_TIME="7"
        )
        check = ["airflow", "db", "check", "sleep", "7"]
        assert words(done) == [*check, *check]
        assert done.stderr == "entrypoint: the database did not answer in 2 tries.\n"
        assert done.returncode == 1

    def test_home_and_umask_are_those_of_airflow(self) -> None:
        done = self.main(commands='exec() { echo "$HOME $(umask)"; exit 0; }')
        assert done.stdout == "/home/airflow 0002\n"

    @pytest.mark.skipif(os.geteuid() == 50000, reason="this is the uid of Airflow")
    def test_a_uid_without_group_0_is_refused_in_one_line(self) -> None:
        done = self.main("version", GROUP="1000")
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr == (
            f"entrypoint: uid {os.geteuid()} with group 1000 cannot write to /opt/airflow: "
            f"run the container with group 0 (--user {os.geteuid()}:0).\n"
        )
