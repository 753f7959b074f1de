"""`python3 -m airflow_ecs_image.local.endpoint CONFIGURATION`: run the endpoint until SIGTERM."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from pathlib import Path

from . import admin, task_services
from .api import dispatch
from .configuration import WrongConfiguration, read
from .containers.engine import EngineError
from .endpoint import Endpoint, open_endpoint, sweep
from .server import Answer, Request, Server, json_answer


def main(arguments: list[str]) -> int:
    """Run it; 0 after a signal, 2 for a wrong configuration, 3 without an engine."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        configuration = read(Path(arguments[0] if arguments else "/etc/ecs-endpoint/configuration.json"))
    except (WrongConfiguration, OSError) as error:
        logging.error("%s", error)  # noqa: LOG015, TRY400 - there is nothing more to tell than the value
        return 2
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        endpoint = open_endpoint(configuration)
    except (OSError, EngineError) as error:
        logging.error("no answer of the engine at %s: %s", configuration.engine_socket, error)  # noqa: LOG015, TRY400
        return 3
    except ValueError as error:
        logging.error("%s", error)  # noqa: LOG015, TRY400
        return 2
    servers = [
        Server(lambda request: ecs_and_admin(endpoint, request), configuration.port),
        Server(lambda request: task_services.answer(endpoint, request), configuration.task_port),
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    # Only now: what starts asks for its credentials at once.
    endpoint.registry.resume()
    threading.Thread(target=sweep, args=(endpoint, ended), daemon=True).start()
    ended.wait()
    return 0


def ecs_and_admin(endpoint: Endpoint, request: Request) -> Answer:
    """The ECS API, and what stands beside it."""
    if request.path.startswith("/local/"):
        return admin.answer(endpoint, request)
    if request.method == "POST" and request.path == "/":
        return dispatch.answer(endpoint, request)
    return json_answer({"__type": "UnknownOperationException", "message": ""}, status=404)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    logging.shutdown()
    # At once: what is under way is taken up by the next process, and must not be waited for by this one.
    os._exit(code)
