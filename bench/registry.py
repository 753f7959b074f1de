"""A container registry on this machine, from Debian's packages, that can be stopped and started again."""

from __future__ import annotations

import socket

from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import ExecWaitStrategy

from airflow_ecs_image.engine import Engine, images
from bench.contenders.dockerfile import debian_with

_PORT = 5000
DOCKERFILE = (
    debian_with("docker-registry")
    + """
COPY <<EOF /registry.yml
version: 0.1
storage:
  filesystem:
    rootdirectory: /registry
http:
  addr: :5000
EOF
COPY <<"EOF" /htpasswd
pusher:$2b$05$abcdefghijklmnopqrstuuBO.kmgTJhdt40M5ZyHgFmcpBdUb9aS.
EOF
ENTRYPOINT ["docker-registry", "serve", "/registry.yml"]
"""
)
"""Of the registry itself; the build argument `root_filesystem` is a Debian to start from."""

USER, PASSWORD = "pusher", "right-password"
"""The one login of a registry that wants one."""
_WANTS_LOGIN = {
    "REGISTRY_AUTH": "htpasswd",
    "REGISTRY_AUTH_HTPASSWD_REALM": "local registry",
    "REGISTRY_AUTH_HTPASSWD_PATH": "/htpasswd",
}


class LocalRegistry:
    """A registry container on a port of the loopback interface, which stays the same when it is started again.

    `wants_login`: it answers nobody but USER with PASSWORD.
    """

    def __init__(self, image: str, *, wants_login: bool = False) -> None:
        # Its own cleaner is an image of a registry that need not be in reach; whoever runs this removes it.
        testcontainers_config.ryuk_disabled = True
        self.address = f"127.0.0.1:{_free_port()}"
        self._container = DockerContainer(image)
        for name, value in _WANTS_LOGIN.items() if wants_login else ():
            self._container.with_env(name, value)
        host, port = self.address.split(":")
        # with_bind_ports() takes no address, and would open the port to the whole network.
        self._container.ports[str(_PORT)] = (host, int(port))  # type: ignore[assignment]

    def run(self) -> None:
        """Start the container, and return when it answers."""
        self._container.start()
        self._answers()

    def remove(self) -> None:
        """Remove the container and all that was pushed."""
        self._container.stop()

    def pause(self) -> None:
        """Stop the container, so that nothing listens on the port."""
        self._container.get_wrapped_container().stop(timeout=2)

    def resume(self) -> None:
        """Start it again, and return when it answers."""
        self._container.get_wrapped_container().start()
        self._answers()

    def _answers(self) -> None:
        # Asked inside: these tests may themselves run in a container, which has another loopback interface.
        connect = ["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{_PORT}"]
        ExecWaitStrategy(connect).wait_until_ready(self._container)

    def push(self, image: str, repository: str, tag: str) -> str:
        """Push an image of this engine; returns its reference. No name of it stays in the engine."""
        reference = f"{self.address}/{repository}:{tag}"
        images.tag(image, reference)
        try:
            Engine().docker("image", "push", "--quiet", reference, timeout=600)
        finally:
            images.remove(reference)
        return reference


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
