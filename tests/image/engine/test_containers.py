"""Containers: what they get, how they end, and that none stays."""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path
from typing import Literal

import pytest

from airflow_ecs_image.engine import Engine, containers
from airflow_ecs_image.engine.client import DockerError


def test_a_container_gets_what_it_is_given(root_filesystem_image: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mounted")
    environment = {"WORD": "two\nlines", "PATH": "/odd:/usr/bin:/bin", "HTTP_PROXY": "http://proxy.invalid"}
    script = 'cat; echo "$WORD $PATH $HTTP_PROXY"; id -u; cat /mnt/file; touch /tmp/x; touch /x; exit 7'

    completed = containers.run(
        root_filesystem_image,
        ["-c", script],
        entrypoint="/bin/sh",
        stdin="input\n",
        environment=environment,
        user="12345:0",
        read_only=True,
        temporary_folders=("/tmp",),
        volumes=(containers.Volume(tmp_path / "file", "/mnt/file"),),
        network="none",
        platform="linux/amd64",
    )

    expected = "input\ntwo\nlines /odd:/usr/bin:/bin http://proxy.invalid\n12345\nmounted"
    assert (completed.exit_code, completed.stdout) == (7, expected)
    assert "Read-only file system" in completed.stderr
    assert not container_exists(completed.container_id)


def test_a_container_may_get_a_share_of_a_processor(root_filesystem_image: str) -> None:
    version_1 = "cd /sys/fs/cgroup/cpu 2>/dev/null && cat cpu.cfs_quota_us cpu.cfs_period_us"
    script = f"{version_1} || cat /sys/fs/cgroup/cpu.max"

    completed = containers.run(root_filesystem_image, ["sh", "-c", script], cpus=0.25)

    quota, period = completed.stdout.split()
    assert int(quota) / int(period) == 0.25


@pytest.mark.parametrize("mode", ["w", "w:gz"])
@pytest.mark.parametrize("folder", ["/etc", '/new/folder, with "comma"'])
def test_an_archive_takes_the_place_of_what_the_image_has(
    root_filesystem_image: str, mode: Literal["w", "w:gz"], folder: str
) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        member = tarfile.TarInfo("sub/é.txt")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"text"))

    completed = containers.run(
        root_filesystem_image,
        ["sh", "-c", 'cd "$0" && find . -type f && cat sub/*', folder],
        user="12345:0",
        contents={folder: stream.getvalue()},
    )

    # Docker's own files, which it mounts into every container.
    mounted = {"./hosts", "./hostname", "./resolv.conf"}
    assert [line for line in completed.stdout.splitlines() if line not in mounted] == [
        "./sub/é.txt",
        "text",
    ]


def test_an_archive_that_is_none_leaves_no_container(root_filesystem_image: str) -> None:
    before = Engine().docker("container", "ls", "--all", "--quiet")
    with pytest.raises(DockerError, match="container cp"):
        containers.run(root_filesystem_image, ["true"], contents={"/new": b"no archive at all"})
    assert Engine().docker("container", "ls", "--all", "--quiet") == before


def test_a_program_that_does_not_exist_has_docker_s_exit_code(root_filesystem_image: str) -> None:
    completed = containers.run(root_filesystem_image, ["no-such-program"])

    assert completed.exit_code == 127
    assert "executable file not found" in completed.stderr


def test_a_container_that_takes_too_long_is_killed_and_its_words_are_kept(root_filesystem_image: str) -> None:
    started = time.monotonic()
    with pytest.raises(containers.ContainerTimedOut, match="within 1 s") as raised:
        containers.run(root_filesystem_image, ["sh", "-c", "echo begun; exec sleep 60"], timeout=1)

    assert raised.value.partial.stdout == "begun\n"
    assert not container_exists(raised.value.partial.container_id)
    assert time.monotonic() - started < 10


def test_a_container_beside_the_caller(root_filesystem_image: str) -> None:
    script = "trap 'echo stopped; exit 5' TERM; echo begun; while :; do sleep 0.1; done"
    with containers.start(root_filesystem_image, ["sh", "-c", script]) as container:
        inside = container.exec(["sh", "-c", "echo $WORD; exit 4"], environment={"WORD": "hello"})
        assert (inside.exit_code, inside.stdout) == (4, "hello\n")
        with pytest.raises(containers.ContainerTimedOut):
            container.wait(timeout=0.5)
        assert container.state().running
        container.kill("TERM")
        assert container.wait(timeout=10) == 5
        container.kill("TERM")
        assert container.logs().stdout == "begun\nstopped\n"
    assert not container_exists(container.id)


def test_a_command_inside_that_takes_too_long_ends_the_container(root_filesystem_image: str) -> None:
    with containers.start(root_filesystem_image, ["sleep", "60"]) as container:
        with pytest.raises(containers.ContainerTimedOut):
            container.exec(["sleep", "60"], timeout=0.5)
        assert container.wait(timeout=10) == 137


def container_exists(identifier: str) -> bool:
    return bool(Engine().docker("ps", "--all", "--quiet", "--filter", f"id={identifier}").strip())
