"""A stack that does not come up says why, and leaves nothing that `down` does not remove."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from airflow_ecs_image.engine import Engine, containers
from airflow_ecs_image.errors import (
    DagFolderError,
    ImageNotFound,
    LocalNotRunning,
    LocalServiceFailed,
    SpecError,
)
from airflow_ecs_image.local.stack import Ports, StackRequest, down, find, up
from airflow_ecs_image.local.stack.stack_secrets import only_one
from tests.e2e.stacks import example_image, new_name, quiet, request_for
from tests.image.worker_images import WorkerImage
from tests.waiting import until

from .traces import traces

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> WorkerImage:
    return example_image(3, tmp_path_factory.mktemp("beginning"))


@pytest.fixture
def request_(image: WorkerImage, project: Path) -> Iterator[StackRequest]:
    request = request_for(image, project)
    yield request
    down(request.name, quiet())


def test_a_port_that_another_program_has_is_named(image: WorkerImage, project: Path) -> None:
    name = new_name()
    try:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(SpecError, match=f"port {port}: another program"):
                up(request_for(image, project, name=name, ports=Ports(s3=port)), quiet())
        assert traces(name), "nothing was made before: this proves nothing"
        with pytest.raises(LocalNotRunning, match="not run"):
            find(name)
    finally:
        removed = down(name, quiet())
    assert removed.services > 0
    assert removed.networks == 1
    assert traces(name) == []
    assert not down(name, quiet()).anything


def test_a_container_of_that_name_that_is_not_the_stacks_stays(request_: StackRequest) -> None:
    stranger = containers.create(
        str(request_.image_name), name=f"{request_.name}-postgresql", engine=Engine()
    )
    with stranger:
        with pytest.raises(SpecError, match="belongs to no stack of that name"):
            up(request_, quiet())
        down(request_.name, quiet())
        assert not stranger.state().running, "it is there, and was never started"


def test_two_commands_do_not_meet(request_: StackRequest) -> None:
    with only_one(request_.name):
        for verb in (lambda: up(request_, quiet()), lambda: down(request_.name, quiet())):
            with pytest.raises(LocalServiceFailed, match="another command"):
                verb()
    assert traces(request_.name) == []


def test_what_cannot_be_a_worker_is_refused_before_anything_is_made(
    request_: StackRequest, image: WorkerImage, project: Path
) -> None:
    bare = f"airflow-ecs-image-test-unlabelled-{request_.name[-8:]}:1"
    Engine().docker("build", "--quiet", "--tag", bare, "-", stdin=b"FROM scratch\nLABEL a=b\n")
    try:
        with pytest.raises(SpecError, match="no label of it says which Airflow"):
            up(request_for(image, project, name=request_.name, image_name=bare), quiet())
    finally:
        Engine().docker("image", "rm", bare)
    with pytest.raises(ImageNotFound):
        up(request_for(image, project, name=request_.name, image_name="nowhere/worker:1"), quiet())
    assert traces(request_.name) == []


def test_ctrl_c_leaves_what_down_removes_and_says_so(request_: StackRequest) -> None:
    command = [sys.executable, "-m", "airflow_ecs_image", "local", "up", "--name", request_.name]
    command += ["--image", str(request_.image_name), "--dags", "s3", "-C", str(request_.directory)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True
    ) as up_:
        until(lambda: any("container" in trace for trace in traces(request_.name)), "a container")
        up_.send_signal(signal.SIGINT)
        _, stderr = up_.communicate(timeout=60)
    assert up_.returncode == 130
    assert f"`python build.py local down --name {request_.name}` removes what there is" in stderr
    assert "Traceback" not in stderr
    assert not [trace for trace in traces(request_.name) if trace.endswith(".lock")]
    down(request_.name, quiet())
    assert traces(request_.name) == []


def test_a_dag_folder_that_is_missing_is_said_before_anything_is_made(
    request_: StackRequest, tmp_path: Path
) -> None:
    with pytest.raises(DagFolderError, match="is no folder"):
        up(replace(request_, directory=tmp_path), quiet())
    assert not [trace for trace in traces(request_.name) if not trace.startswith("file")]


def test_a_stack_that_is_not_there() -> None:
    with pytest.raises(LocalNotRunning, match="there is no local stack"):
        find("airflow-ecs-test-nowhere")
