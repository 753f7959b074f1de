"""Images that are built on the image under test, and checked."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from airflow_ecs_image.checks import CheckResult, Expectations, Report, run_checks
from airflow_ecs_image.checks.registry import CHECKS
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import BuildRequest, build, images

Derive = Callable[..., str]


@pytest.fixture(scope="session")
def derive(default_tag: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Derive]:
    """A function that builds on one image under test: instructions, and the files of the build context.

    One image is enough: what is broken here does not depend on the base.
    """
    names: list[str] = []
    platform = images.inspect(default_tag).platform

    def derived(instructions: str, files: Mapping[str, str] | None = None) -> str:
        context = tmp_path_factory.mktemp("context")
        for name, content in (files or {}).items():
            file = context / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
            file.chmod(0o755)
        dockerfile = f"FROM {default_tag}\n{instructions}\n"
        name = f"airflow-ecs-image-test/derived:{len(names)}"
        request = BuildRequest(dockerfile, context, (name,), platform, network="none")
        build(request, Console(stream=io.StringIO()))
        names.append(name)
        return name

    yield derived
    for name in names:
        images.remove(name, force=True)


def check(image: str, *names: str, shown: io.StringIO | None = None, **expected: Any) -> Report:
    """Runs only the named checks, all of them when none is named."""
    skip = [each.name for each in CHECKS if names and each.name not in names]
    console = Console(stream=shown or io.StringIO())
    return run_checks(image, expectations=Expectations(**expected), console=console, skip=skip)


def found(report: Report, name: str) -> CheckResult:
    return next(result for result in report.results if result.name == name)
