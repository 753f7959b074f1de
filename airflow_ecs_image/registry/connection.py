"""A repository that this push may use: logged in to, there, and asked again where a fault or an old token was in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from airflow_ecs_image.console import Console
from airflow_ecs_image.engine.client import Engine
from airflow_ecs_image.registry.answers import TokenExpired, login_refused
from airflow_ecs_image.registry.ecr import Ecr
from airflow_ecs_image.registry.login import Login, token_login
from airflow_ecs_image.registry.manifests import ManifestReader
from airflow_ecs_image.registry.repository import Repository
from airflow_ecs_image.registry.retries import with_retries

Result = TypeVar("Result")


@dataclass
class Connection:
    """The repository, how to log in to it, and whether none of its tags may move; None where that is not known."""

    repository: Repository
    login: Login
    immutable: bool | None
    engine: Engine
    console: Console
    _renewed: bool = False

    @property
    def manifests(self) -> ManifestReader:
        """Reads what the repository holds."""
        return ManifestReader(self.repository, self.login.environment, self.engine)

    def attempt(self, action: Callable[[], Result]) -> Result:
        """What `action` returns; transient faults and, once in a push, an expired token let it run again."""

        def renewing() -> Result:
            try:
                return action()
            except TokenExpired:
                if self._renewed or not self.login.renew():
                    raise login_refused(self.repository) from None
            self._renewed = True
            self.console.note(f"{self.repository.host}: the token has expired; a fresh one was fetched")
            try:
                return action()
            except TokenExpired:
                raise login_refused(self.repository) from None

        return with_retries(renewing, self.repository, self.console)


@contextmanager
def connected(
    repository: Repository, *, create: bool, engine: Engine, console: Console
) -> Iterator[Connection]:
    """Log in, and make the repository or see that it is there, as far as the registry has an API for that.

    Raises RepositoryNotFound, AwsCredentialsMissing, AccessDenied and AwsUnavailable.
    """
    if repository.kind == "other":
        if create:
            console.note(
                f"--create: {repository.host} is not ECR; most registries make a repository by themselves"
            )
        yield Connection(repository, Login(), None, engine, console)
        return
    with console.step(f"Token of {repository.host}"):
        ecr = Ecr(repository)
        # The first token is fetched here, so that what is wrong with the credentials is said first.
        tokens = [ecr.token()]
    if ecr.own_account and repository.account and ecr.own_account != repository.account:
        console.note(
            f"the credentials are of account {ecr.own_account}, the repository of {repository.account}"
        )
    immutable = _there(ecr, create=create, console=console)
    with token_login(repository.host, lambda: tokens.pop() if tokens else ecr.token()) as login:
        yield Connection(repository, login, immutable, engine, console)


def _there(ecr: Ecr, *, create: bool, console: Console) -> bool | None:
    """Whether the tags of the repository are immutable."""
    if create:
        with console.step(f"Make the repository {ecr.repository.name}") as step:
            if not ecr.create():
                step.skip("it is there already")
    return ecr.has_immutable_tags()
