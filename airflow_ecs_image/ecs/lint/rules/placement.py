"""Where a task runs: launch type, capacity providers, platform version."""

from __future__ import annotations

import json
from collections.abc import Iterator

from airflow_ecs_image.ecs.executor_options import variable
from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Severity, Side, rule
from airflow_ecs_image.ecs.lint.run_task import OF_FARGATE, object_in, providers_of, strategy_of
from airflow_ecs_image.ecs.lint.wording import line_in, named, quoted, without

_LAUNCH_TYPES = ("FARGATE", "EC2", "EXTERNAL")
_EXAMPLE = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]


def _launch_type(side: Side) -> str | None:
    kwargs = (side.kwargs.content if side.kwargs else None) or {}
    said = kwargs.get("launch_type", kwargs.get("launchType"))
    option = side.option("launch_type")
    return str(said) if said is not None else (option.value if option else None)


def _strategy(side: Side) -> object:
    return strategy_of(side.kwargs.content) if side.kwargs else None


@rule(
    "ECS101",
    Severity.ERROR,
    "capacity_provider_strategy as an option of its own",
    why="the executor does not parse it: each RunTask fails with `Invalid type for parameter capacityProviderStrategy`",
)
def strategy_as_option(inputs: Inputs) -> Iterator[Hit]:
    """The only working form is run_task_kwargs, in snake case."""
    for side in inputs.control():
        if setting := side.option("capacity_provider_strategy"):
            try:
                parsed = json.loads(setting.value or "")
            except ValueError:
                parsed = None
            strategy = parsed if isinstance(parsed, list) and providers_of(parsed) else _EXAMPLE
            kwargs = dict((side.kwargs.content if side.kwargs else None) or {})
            text = json.dumps({"capacity_provider_strategy": strategy}, separators=(",", ":"))
            merged = " (with what is in it already)" if kwargs else ""
            line = line_in(setting.kind, variable("run_task_kwargs"), text)
            yield Hit(setting.position, f"{named(setting)} is set", f"in its place{merged}: {line}")


@rule(
    "ECS102",
    Severity.ERROR,
    "launch type and capacity provider strategy together",
    why="in snake case the scheduler ends with `mutually exclusive`; in camel case nothing checks it, and ECS refuses each RunTask",
)
def two_placements(inputs: Inputs) -> Iterator[Hit]:
    """Either spelling of the strategy, and the option of that name."""
    for side in inputs.control():
        launch_type = _launch_type(side)
        strategy = _strategy(side) or side.option("capacity_provider_strategy")
        if launch_type and strategy:
            option = side.option("launch_type")
            position = option.position if option else (side.kwargs.position if side.kwargs else side.position)
            yield Hit(
                position,
                f"launch_type is {quoted(launch_type)}, and there is a capacity provider strategy",
                f"{without(option) if option else 'take launch_type out'}, or the strategy",
            )


@rule(
    "ECS103",
    Severity.ADVICE,
    "neither launch type nor capacity provider strategy",
    why="scheduler and API server then ask ECS for the cluster's default when they start, by Airflow's default connection and "
    "region instead of conn_id and region_name: without ecs:DescribeClusters there they do not start",
)
def no_placement(inputs: Inputs) -> Iterator[Hit]:
    """The executor falls back on DescribeClusters."""
    for side in inputs.schedulers():
        opaque = side.kwargs is not None and side.kwargs.content is None
        if side.option("launch_type") or side.option("capacity_provider_strategy") or opaque:
            continue
        if not _launch_type(side) and not _strategy(side) and side.settings:
            yield Hit(
                side.position,
                "neither launch_type nor a capacity provider strategy is set",
                line_in(side.kind, variable("launch_type"), "FARGATE"),
            )


@rule(
    "ECS104",
    Severity.ERROR,
    "an unknown launch type",
    why="each RunTask fails: ECS knows FARGATE, EC2 and EXTERNAL, in capitals",
)
def unknown_launch_type(inputs: Inputs) -> Iterator[Hit]:
    """Also `fargate`."""
    for side in inputs.control():
        setting = side.option("launch_type")
        if setting and setting.value and setting.value not in _LAUNCH_TYPES:
            meant = setting.value.strip().upper()
            right = meant if meant in _LAUNCH_TYPES else "FARGATE"
            yield Hit(
                setting.position,
                f"{named(setting)} is {quoted(setting.value)}",
                line_in(setting.kind, setting.name, right),
            )


@rule(
    "ECS105",
    Severity.ERROR,
    "a platform version beside capacity providers of EC2",
    why="the executor drops it for launch type EC2 alone; ECS takes it for Fargate only and refuses RunTask",
)
def platform_version_on_ec2(inputs: Inputs) -> Iterator[Hit]:
    """Capacity providers other than those of Fargate are machines of EC2."""
    for side in inputs.control():
        setting, others = side.option("platform_version"), _of_ec2(side)
        if others and setting and setting.value:
            yield Hit(
                setting.position,
                f"{named(setting)} is {quoted(setting.value)}, and {', '.join(others)} is no capacity provider of Fargate",
                f"{without(setting)}; {line_in(setting.kind, variable('launch_type'), 'EC2')} in place of the strategy works",
            )


@rule(
    "ECS106",
    Severity.ADVICE,
    "capacity providers of EC2",
    why="the executor sends platformVersion LATEST also where none is set (apache/airflow#55279), and ECS takes one for Fargate only",
)
def ec2_providers(inputs: Inputs) -> Iterator[Hit]:
    """No configuration keeps the executor from it."""
    for side in inputs.schedulers():
        if (others := _of_ec2(side)) and side.option("platform_version") is None and side.kwargs:
            yield Hit(
                side.kwargs.position,
                f"{', '.join(others)} is no capacity provider of Fargate",
                f"{line_in(side.kind, variable('launch_type'), 'EC2')} in place of the strategy",
            )


def _of_ec2(side: Side) -> list[str]:
    option = side.option("capacity_provider_strategy")
    strategy = _strategy(side)
    if strategy is None and option and option.value:
        wrapped = object_in(f'{{"it": {option.value}}}') or {}
        strategy = wrapped.get("it")
    return [name for name in providers_of(strategy) if name not in OF_FARGATE]
