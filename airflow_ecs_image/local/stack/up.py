"""Bringing a stack up: what is the same already is kept, all else is made anew."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from airflow_ecs_image.console import Console
from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.ecs.task_definition import task_definition
from airflow_ecs_image.ecs.task_definition_register import register
from airflow_ecs_image.engine import Engine, images
from airflow_ecs_image.engine.client import DockerError
from airflow_ecs_image.engine.container import Container
from airflow_ecs_image.engine.interruption import ended_by_signals
from airflow_ecs_image.engine.labelled import make_network, make_volume
from airflow_ecs_image.errors import Interrupted, LocalNotRunning, LocalServiceFailed
from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.stack import names, stack_secrets
from airflow_ecs_image.local.stack.dags import refresh_dags
from airflow_ecs_image.local.stack.finding import find, service_containers
from airflow_ecs_image.local.stack.health import (
    airflow_is_healthy,
    answers,
    last_lines,
    wait_for,
    warm_up,
)
from airflow_ecs_image.local.stack.planning import plan_stack
from airflow_ecs_image.local.stack.request import StackRequest
from airflow_ecs_image.local.stack.service import Service, is_same, start, start_service
from airflow_ecs_image.local.stack.services import (
    Plan,
    airflow_commands,
    airflow_service,
    database_service,
    endpoint_service,
    missing_secrets,
    s3_service,
)
from airflow_ecs_image.spec.label_names import LOCAL

_SERVICE_SECONDS, _MIGRATE_SECONDS, _AIRFLOW_SECONDS = 60, 600, 300


def up(request: StackRequest, console: Console) -> Stack:
    """Bring the stack of the request up, all of it healthy, and return it.

    Raises LocalServiceFailed with the last lines of a service that does not start, SpecError, Interrupted, and what building
    raises. What was made until then stays: the next `up` goes on from there, and `down` removes it.
    """
    try:
        with ended_by_signals(), stack_secrets.only_one(request.name):
            return _Bringing(plan_stack(request, console), console).up()
    except KeyboardInterrupt:
        raise Interrupted(
            f"{request.name}: interrupted on its way up",
            mend=f"`{names.command('up', request.name)}` goes on; `{names.command('down', request.name)}` removes what there is",
        ) from None


class _Bringing:
    """One `up`."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan = plan
        self._console = console
        self._name = plan.request.name
        self._engine = Engine()
        self._existing = service_containers(self._name, self._engine)

    def up(self) -> Stack:
        """All services in their order."""
        for name in missing_secrets(self._plan):
            self._console.warning(
                f"{name}: no value for this secret, and no task starts without it; --secrets-file FILE gives values"
            )
        self._remove_strangers()
        had_no_database = names.POSTGRESQL in self._existing and not self._existing[names.POSTGRESQL].running
        self._make_surroundings()
        with self._console.step("Start PostgreSQL, S3 and the ECS endpoint"):
            first = (database_service(self._plan), s3_service(self._plan), endpoint_service(self._plan))
            database = self._start_all(first)[0]
            self._wait_for_services(database)
            self._register()
        self._migrate(database)
        with self._console.step("Start Airflow") as step:
            airflow = [
                airflow_service(self._plan, name, command, depends_on=database.id)
                for name, command in airflow_commands(self._plan.major).items()
            ]
            # Airflow's processes end by and by when their database goes: those that still run would do so later.
            self._start_all(airflow, again=had_no_database)
            wait = functools.partial(
                wait_for, what="Airflow", stack=self._name, services=names.services(self._plan.major)
            )
            try:
                stack = find(self._name)
            except LocalNotRunning:
                # Something has ended already: this says what.
                wait(lambda: False, seconds=0)
                raise
            refresh_dags(stack, self._plan.image, self._plan.request.directory, self._console)
            found = service_containers(self._name, self._engine)
            started = {name: each.started for name, each in found.items()}
            wait(
                lambda: airflow_is_healthy(stack.airflow_url, stack.major, started, step),
                seconds=_AIRFLOW_SECONDS,
            )
            warm_up(stack.airflow_url, stack.major)
        return stack

    def _remove_strangers(self) -> None:
        """What the other line of Airflow left."""
        wanted = (*names.services(self._plan.major), names.MIGRATE)
        for name in self._existing.keys() - set(wanted):
            self._existing.pop(name).handle(self._engine).remove()

    def _make_surroundings(self) -> None:
        labels = {LOCAL: self._name}
        try:
            make_network(self._name, labels, self._engine)
        except DockerError as error:
            if "address pool" not in error.stderr:
                raise
            raise LocalServiceFailed(
                f"{self._name}: the engine has no addresses left for another network",
                mend="`docker network prune` removes networks that nothing uses",
            ) from None
        for volume in (names.dag_volume, names.s3_volume, names.state_volume):
            make_volume(volume(self._name), labels, self._engine)

    def _start_all(self, services: Sequence[Service], *, again: bool = False) -> list[Container]:
        """Start them side by side, with `again` also those that run; what fails is raised when all have had their turn."""
        with ThreadPoolExecutor(len(services)) as pool:
            return list(pool.map(functools.partial(self._start, again=again), services))

    def _start(self, service: Service, *, again: bool = False) -> Container:
        existing = self._existing.get(service.name)
        if existing is None:
            return start_service(self._name, service, self._engine)
        container = existing.handle(self._engine)
        # One that was made and never started may lack its files.
        if is_same(service, existing) and existing.status in ("running", "exited"):
            if existing.running and again:
                container.kill()
            if not existing.running or again:
                start(container, service)
            return container
        container.remove()
        return start_service(self._name, service, self._engine)

    def _wait_for_services(self, database: Container) -> None:
        wait = functools.partial(
            wait_for,
            stack=self._name,
            services=(names.POSTGRESQL, names.S3, names.ECS),
            seconds=_SERVICE_SECONDS,
        )
        wait(
            lambda: database.exec(["pg_isready", "--quiet", "--host", "127.0.0.1"]).exit_code == 0,
            "PostgreSQL",
        )
        wait(functools.partial(self._answers, names.S3, names.S3_PORT, "/"), "S3")
        wait(functools.partial(self._answers, names.ECS, names.ECS_PORT, "/local/health"), "the ECS endpoint")

    def _register(self) -> None:
        plan = self._plan
        worker = images.inspect(plan.worker)
        facts = ImageFacts(plan.worker_name, worker.platform, worker.environment, worker.labels)
        place = Place(str(plan.ecs.region), names.ACCOUNT)
        definition = task_definition(plan.image, plan.ecs, facts, place)
        register(definition, place.region, endpoint=self._url(names.ECS, names.ECS_PORT))

    def _migrate(self, database: Container) -> None:
        service = airflow_service(self._plan, names.MIGRATE, ("airflow", "db", "migrate"), database.id)
        existing = self._existing.get(service.name)
        if existing is not None and is_same(service, existing) and existing.succeeded:
            return
        if existing is not None:
            existing.handle(self._engine).remove()
        with self._console.step("Make the schema of Airflow's database"):
            container = start_service(self._name, service, self._engine)
            if container.wait(_MIGRATE_SECONDS) != 0:
                raise LocalServiceFailed(
                    f"{self._name}: the schema of Airflow's database was not made",
                    mend=f"{names.command('down', self._name)}, then up again",
                    details=last_lines(container),
                )

    def _answers(self, service: str, port: int, path: str) -> bool:
        url = self._url(service, port)
        return url is not None and answers(url + path)

    def _url(self, service: str, port: int) -> str | None:
        """The address of a service on this machine; None when it has ended."""
        return service_containers(self._name, self._engine)[service].url(port)
