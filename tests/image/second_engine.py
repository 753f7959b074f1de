"""A second Docker engine with nothing in it: what another machine is to a build."""

from __future__ import annotations

from pathlib import Path

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import ExecWaitStrategy

from airflow_ecs_image.engine import Engine
from bench.contenders.dockerfile import debian_with

from .worker_images import build_dockerfile

# As a container it has a network of its own, so that its bridge and its rules do not touch those of the engine below it.
_DOCKERFILE = (
    debian_with("docker.io", "docker-cli", "iptables")
    + 'VOLUME /var/lib/docker\nENTRYPOINT ["dockerd", "--storage-driver=overlay2", "--host=unix:///second/docker.sock"]\n'
)


class SecondEngine:
    """An engine of Debian 13's packages in a privileged container, which stops with all that it holds.

    `root_filesystem` is a Debian 13 to build it from, `folder` a new folder for its socket.
    """

    def __init__(self, root_filesystem: str, folder: Path) -> None:
        (folder / "context").mkdir()
        image = build_dockerfile(
            _DOCKERFILE,
            folder / "context",
            "airflow-ecs-image-test-second-engine:latest",
            root_filesystem=root_filesystem,
        )
        self._container = DockerContainer(image).with_kwargs(privileged=True)
        self._container.with_volume_mapping(str(folder), "/second", "rw")
        self.address = f"unix://{folder}/docker.sock"

    def run(self) -> None:
        """Start it, and return when it answers; TimeoutError when it does not."""
        self._container.start()
        answers = ["docker", "--host=unix:///second/docker.sock", "version"]
        ExecWaitStrategy(answers).with_startup_timeout(60).wait_until_ready(self._container)

    def remove(self) -> None:
        """Stop it and remove its images."""
        self._container.stop()

    def docker(self, *words: str) -> str:
        """What its command line prints."""
        return Engine().docker("--host", self.address, *words, timeout=300)
