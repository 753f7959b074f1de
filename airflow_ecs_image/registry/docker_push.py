"""gzip: the image as `docker push` sends it, several layers at once, and only those that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airflow_ecs_image.console import Console, Step
from airflow_ecs_image.engine import images
from airflow_ecs_image.engine.client import Engine, docker_missing
from airflow_ecs_image.registry.answers import Transient, failure
from airflow_ecs_image.registry.login import Login
from airflow_ecs_image.registry.repository import Repository
from airflow_ecs_image.registry.terminal_command import run_on_terminal
from airflow_ecs_image.registry.transfer import Transfer


def push_with_docker(
    repository: Repository, tag: str, login: Login, engine: Engine, step: Step, console: Console
) -> Transfer:
    """Push the local image of that very name, showing in `step` how far it is; `digest` of the result is its digest.

    Raises Transient, TokenExpired, and what `failure` makes of other answers.
    """
    transfer = Transfer()
    told = 0

    def show(line: str) -> None:
        nonlocal told
        transfer.feed(line)
        step.update(transfer.spoken())
        if transfer.rounds > told:
            told = transfer.rounds
            console.note(
                f"{repository.host}: sending a layer failed; docker tries it again ({told + 1} of 5)"
            )

    reference = repository.tagged(tag)
    try:
        ended = run_on_terminal(
            [engine.executable, "push", "--", reference], show, environment=login.environment
        )
    except FileNotFoundError:
        raise docker_missing(engine.executable) from None
    if ended.exit_code == 0 and transfer.digest:
        return transfer
    error = failure(ended.stderr or "docker ended without a word", repository, tag)
    if isinstance(error, Transient):
        error.rounds += transfer.rounds
    raise error


@contextmanager
def named(image_id: str, reference: str, engine: Engine) -> Iterator[None]:
    """Give the image the name it is pushed by. It keeps it, unless the block fails: then the name is as it was."""
    before = images.inspect(reference, engine=engine).id if images.exists(reference, engine=engine) else None
    if before == image_id:
        yield
        return
    images.tag(image_id, reference, engine=engine)
    try:
        yield
    except BaseException:
        if before is None:
            images.remove(reference, engine=engine)
        else:
            images.tag(before, reference, engine=engine)
        raise
