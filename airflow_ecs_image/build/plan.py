"""From the image spec and the working directory to the text of the Dockerfile."""

from __future__ import annotations

from pathlib import Path

from airflow_ecs_image.bases import ResolvedBase, resolve_base
from airflow_ecs_image.build.labels import image_labels
from airflow_ecs_image.console import Console
from airflow_ecs_image.render import RenderInputs, render
from airflow_ecs_image.resources import resource, resource_directory
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.dag_bundle_config import dag_bundle_config
from airflow_ecs_image.versions import load_versions, lock_path

_SCRIPTS = {
    "entrypoint": "entrypoint",
    "fetch_dags": "fetch-dags.py",
    "pack_bytecode": "pack-bytecode",
    "parse_yaml": "parse-yaml",
    "base_entrypoint": "base-entrypoint",
}
_FETCHER = "entrypoint/fetch_dags"
_START = "entrypoint/airflow_ecs_image_start"


def render_dockerfile(spec: ImageSpec, *, directory: Path, console: Console) -> str:
    """The Dockerfile for the first platform of the spec. Builds nothing; asks the registry of the base for its digest."""
    base = resolve_base(spec, spec.platform[0], console=console, prepare=False)
    return dockerfile_for(spec, base, directory)


def dockerfile_for(spec: ImageSpec, base: ResolvedBase, directory: Path) -> str:
    """The Dockerfile for a base that is resolved. Raises SpecError for values that cannot be rendered."""
    versions = load_versions()
    release = versions.release(spec.airflow_version)
    inputs = RenderInputs(
        spec=spec,
        base=base,
        locks={
            "uv": _lock(versions.tools.uv_lock),
            "aws_cli": _lock(versions.tools.aws_cli_lock),
            "airflow": _lock(release.python(spec.python_version).lock if base.kind == "source" else None),
        },
        scripts={
            name: resource(f"entrypoint/{file}").read_text(encoding="utf-8")
            for name, file in _SCRIPTS.items()
        },
        fetcher_modules=_modules(_FETCHER),
        start_modules=_modules(_START),
        labels=image_labels(spec, base),
        host_dag_path=spec.host_dag_path if spec.dag_source == "local" else None,
        requirements_path=spec.requirements_path,
        source_date_epoch=versions.source_date_epoch,
        extra_packages=release.extra_packages,
        dag_bundle_config=dag_bundle_config(spec),
    )
    user_template = directory / spec.template if spec.template else None
    return render(inputs, template_directory=resource_directory(), user_template=user_template)


def _modules(package: str) -> dict[str, str]:
    """The files of a package by their names."""
    return {path.name: path.read_text(encoding="utf-8") for path in resource(package).glob("*.py")}


def _lock(name: str | None) -> str:
    return lock_path(name).read_text(encoding="utf-8") if name else ""
