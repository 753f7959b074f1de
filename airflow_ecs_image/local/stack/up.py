"""Bringing a stack up: what is the same already is kept, all else is made anew."""

from __future__ import annotations

import functools

from airflow_ecs_image.console import Console
from airflow_ecs_image.ecs.image_facts import ImageFacts
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.ecs.task_definition import task_definition
from airflow_ecs_image.ecs.task_definition_register import register
from airflow_ecs_image.engine import Engine, images
from airflow_ecs_image.engine.container import Container
from airflow_ecs_image.engine.labelled import make_network, make_volume
from airflow_ecs_image.errors import LocalServiceFailed
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
from airflow_ecs_image.local.stack.service import Service, is_same, start_service
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

    Raises LocalServiceFailed with the last lines of a service that does not start, SpecError, and what building raises.
    What was made until then stays: the next `up` goes on from there, and `down` removes it.
    """
    with stack_secrets.only_one(request.name):
        return _Bringing(plan_stack(request, console), console).up()


class _Bringing:
    """One `up`."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan = plan
        self._console = console
        self._name = plan.request.name
        self._engine = Engine()
        self._existing = service_containers(self._name, self._engine)
        self._running: dict[str, Container] = {}

    def up(self) -> Stack:
        """All services in their order."""
        make_network(self._name, {LOCAL: self._name}, self._engine)
        for volume in (names.dag_volume(self._name), names.state_volume(self._name)):
            make_volume(volume, {LOCAL: self._name}, self._engine)
        for name in missing_secrets(self._plan):
            self._console.warning(
                f"{name}: no value for this secret, and no task starts without it; --secrets FILE gives values"
            )
        with self._console.step("Start PostgreSQL, S3 and the ECS endpoint"):
            database = self._start(database_service(self._plan))
            self._start(s3_service(self._plan))
            self._start(endpoint_service(self._plan))
            self._wait_for_services(database)
        with self._console.step("Register the task definition"):
            self._register()
        self._migrate(database)
        with self._console.step("Start Airflow") as step:
            for name, command in airflow_commands(self._plan.major).items():
                self._start(airflow_service(self._plan, name, command, depends_on=database.id))
            stack = find(self._name)
            refresh_dags(stack, self._plan.image, self._plan.request.directory, self._console)
            wait_for(
                lambda: airflow_is_healthy(stack.airflow_url, stack.major, step),
                "Airflow",
                self._running.items(),
                seconds=_AIRFLOW_SECONDS,
            )
            warm_up(stack.airflow_url, stack.major)
        return stack

    def _start(self, service: Service) -> Container:
        existing = self._existing.get(service.name)
        if existing is not None and existing.running and is_same(service, existing):
            container = existing.handle(self._engine)
        else:
            if existing is not None:
                existing.handle(self._engine).remove()
            container = start_service(self._name, service, self._engine)
        self._running[service.name] = container
        return container

    def _wait_for_services(self, database: Container) -> None:
        wait_for(
            lambda: database.exec(["pg_isready", "--quiet", "--host", "127.0.0.1"]).exit_code == 0,
            "PostgreSQL",
            self._running.items(),
            seconds=_SERVICE_SECONDS,
        )
        for service, port, path in (
            (names.S3, names.S3_PORT, "/"),
            (names.ECS, names.ECS_PORT, "/local/health"),
        ):
            wait_for(
                functools.partial(self._answers, service, port, path),
                service,
                self._running.items(),
                seconds=_SERVICE_SECONDS,
            )

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
        with self._console.step("Make the schema of Airflow's database") as step:
            if existing is not None and is_same(service, existing) and existing.succeeded:
                step.skip("it is there")
                return
            if existing is not None:
                existing.handle(self._engine).remove()
            container = start_service(self._name, service, self._engine)
            if container.wait(_MIGRATE_SECONDS) != 0:
                raise LocalServiceFailed(
                    f"{self._name}: the schema of Airflow's database was not made",
                    mend="python build.py local down, then up again",
                    details=last_lines(container),
                )

    def _answers(self, service: str, port: int, path: str) -> bool:
        url = self._url(service, port)
        return url is not None and answers(url + path)

    def _url(self, service: str, port: int) -> str | None:
        """The address of a service on this machine; None when it has ended."""
        found = service_containers(self._name, self._engine)[service].ports.get(port)
        return None if found is None else f"http://127.0.0.1:{found}"
