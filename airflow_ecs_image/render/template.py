"""Image spec and base in, text of the Dockerfile out: no engine, no network, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs_image import __version__
from airflow_ecs_image.bases.model import ResolvedBase
from airflow_ecs_image.context.dag_layer import dag_layer_suffixes
from airflow_ecs_image.render.blank_lines import without_blank_noise
from airflow_ecs_image.render.environment import template_environment
from airflow_ecs_image.render.failures import template_error
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.levers import all_levers

TEMPLATE_NAME = "Dockerfile.j2"


@dataclass(frozen=True)
class RenderInputs:
    """All that decides the text: the spec, the base, and the texts that are embedded in the Dockerfile.

    `locks` maps `uv`, `aws_cli` and `airflow` to the text of a lock; `scripts` maps `entrypoint`, `fetch_dags`,
    `pack_bytecode`, `parse_yaml` and `base_entrypoint` to the text of a script; `fetcher_modules` and `start_modules` map the files of the
    packages that fetch the DAGs and that shorten the start to their texts; `labels` are the image's labels.
    `host_dag_path` and `requirements_path` are relative to the build context, None where the image has none;
    `extra_packages` go into an official base beside the executor package; `source_date_epoch`, in seconds since 1970,
    becomes the time of all files; `dag_bundle_config` is Airflow's list of DAG bundles as JSON, None where the image has
    none of its own.
    """

    spec: ImageSpec
    base: ResolvedBase
    locks: Mapping[str, str]
    scripts: Mapping[str, str]
    fetcher_modules: Mapping[str, str]
    start_modules: Mapping[str, str]
    labels: Mapping[str, str]
    host_dag_path: str | None
    requirements_path: str | None
    source_date_epoch: int
    extra_packages: tuple[str, ...] = ()
    dag_bundle_config: str | None = None


def render(inputs: RenderInputs, *, template_directory: Path, user_template: Path | None = None) -> str:
    """The Dockerfile. Raises SpecError for a value that cannot be quoted and for a broken user template."""
    spec = inputs.spec
    levers = all_levers(spec.levers)
    own = template_directory / TEMPLATE_NAME
    environment = template_environment(template_directory, user_template)
    try:
        text = environment.get_template(str(user_template or TEMPLATE_NAME)).render(
            spec=spec,
            base=inputs.base,
            levers=levers,
            dag_layer_suffixes=dag_layer_suffixes(split=levers["split-dag-layer"]),
            title=f"Airflow {spec.airflow_version} on Python {spec.python_version} for the AWS ECS executor",
            toolkit_version=__version__,
            locks=inputs.locks,
            scripts=inputs.scripts,
            fetcher_modules=inputs.fetcher_modules,
            start_modules=inputs.start_modules,
            labels=inputs.labels,
            host_dag_path=inputs.host_dag_path,
            requirements_path=inputs.requirements_path,
            extra_packages=inputs.extra_packages,
            dag_bundle_config=inputs.dag_bundle_config,
            source_date_epoch=inputs.source_date_epoch,
        )
    except Exception as error:
        raise template_error(error, template=user_template or own) from error
    return without_blank_noise(text)
