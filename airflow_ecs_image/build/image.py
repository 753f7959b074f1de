"""`build`: one image for each platform of the spec, built, measured, shown and checked."""

from __future__ import annotations

import contextlib
import importlib
import os
import threading
import time
from pathlib import Path

from airflow_ecs_image.bases import ResolvedBase, resolve_base
from airflow_ecs_image.build.labels import dag_labels
from airflow_ecs_image.build.network_secrets import network_of, network_secrets
from airflow_ecs_image.build.remembered import Built, built_from, remember, remembered
from airflow_ecs_image.build.requirements_failure import requirements_failure
from airflow_ecs_image.build.source_date import source_date_epoch
from airflow_ecs_image.build.summary import BuiltImage, show_summary
from airflow_ecs_image.console import Console
from airflow_ecs_image.context import DAG_LAYER, DagFiles, build_context, collect_dag_files, has_dag_layer
from airflow_ecs_image.engine import BuildRequest, BuildResult, build, images
from airflow_ecs_image.engine.failures import StepFailed
from airflow_ecs_image.engine.images import ImageDetails
from airflow_ecs_image.engine.sizes import compressed_size
from airflow_ecs_image.errors import CheckFailed, ImageNotFound
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.rules.budgets import seconds, size_bytes
from airflow_ecs_image.versions import load_versions

_PLAN = "airflow_ecs_image.build.plan"


def build_image(
    spec: ImageSpec,
    *,
    directory: Path,
    console: Console,
    check: bool,
    no_cache: bool,
    summary: bool = True,
) -> dict[str, object]:
    """Build, and check unless told not to; returns what `--json` prints. `summary` shows what was built as a table.

    With several platforms each image carries its architecture in its tag, such as `worker:1.0-arm64`. Raises
    RequirementsConflict, DagFolderError, CheckFailed and what resolving the base and building raise.
    """
    # The template engine takes 50 ms to import, which pass while docker answers.
    threading.Thread(target=importlib.import_module, args=(_PLAN,), daemon=True).start()
    created = source_date_epoch(os.environ)
    dag_files = _dag_files(spec, directory, console)
    network = network_of(spec, directory)
    if network.ignored:
        console.note(
            f"left out, because a build cannot reach folders of this machine: {', '.join(network.ignored)}"
        )
    if spec.bake_credentials:
        console.warning("credentials are stored in the image: whoever can pull it can read them")
    built = []
    with build_context(spec, directory, dag_files) as context:
        for platform in spec.platform:
            base = resolve_base(spec, platform, console=console)
            from airflow_ecs_image.build.plan import dockerfile_for

            tag = spec.tag if len(spec.platform) == 1 else f"{spec.tag}-{platform.split('/')[1]}"
            request = BuildRequest(
                dockerfile=dockerfile_for(spec, base, directory),
                context=context,
                tags=(tag,),
                platform=platform,
                build_args={"dag_layer": DAG_LAYER} if has_dag_layer(spec) else {},
                secret_build_args=_credentials(spec),
                secrets=network_secrets(network),
                labels=dag_labels(dag_files),
                no_cache=no_cache,
                source_date_epoch=created,
            )
            built.append(_one(request, base, spec, directory, console, dag_files))
    if summary:
        show_summary(built, spec, console)
    document: dict[str, object] = {"images": [image.as_json(spec) for image in built]}
    if check:
        document["checks"] = [_check(image, spec, console) for image in built]
    return document


def _dag_files(spec: ImageSpec, directory: Path, console: Console) -> DagFiles | None:
    if spec.dag_source != "local":
        return None
    major = load_versions().release(spec.airflow_version).major
    dag_files = collect_dag_files(directory, spec.host_dag_path, airflow_major=major)
    left_out = f", {dag_files.left_out} left out" if dag_files.left_out else ""
    console.text(f"DAG files: {len(dag_files.files)} from {spec.host_dag_path}{left_out}")
    return dag_files


def _credentials(spec: ImageSpec) -> dict[str, str]:
    given = {
        "aws_access_key_id": spec.aws_access_key_id,
        "aws_secret_access_key": spec.aws_secret_access_key,
        "aws_session_token": spec.aws_session_token,
    }
    return {name: secret.get_secret_value() for name, secret in given.items() if secret is not None}


def _one(
    request: BuildRequest,
    base: ResolvedBase,
    spec: ImageSpec,
    directory: Path,
    console: Console,
    dag_files: DagFiles | None,
) -> BuiltImage:
    """The image of a request: built, or found as it was built from the same before."""
    started = time.monotonic()
    (tag,) = request.tags
    digest = built_from(request, base.reference, None if base.digest else images.image_id(base.reference))
    if not request.no_cache and (found := _unchanged(tag, digest)) is not None:
        details, steps = found
        console.text(f"= nothing changed: {tag} was built from the same")
        result = BuildResult(details.id, time.monotonic() - started, steps, steps)
        return _measured(tag, base, result, details, dag_files)
    try:
        result = build(request, console)
    except StepFailed as error:
        raise requirements_failure(error, spec, directory) or error from None
    if digest is not None:
        remember(tag, Built(digest, result.image_id, result.steps_total))
    return _measured(tag, base, result, images.inspect(tag), dag_files)


def _unchanged(tag: str, digest: str | None) -> tuple[ImageDetails, int] | None:
    """The image of this name and the number of its steps, where it was built from just this and is here still."""
    before = remembered(tag)
    if before is None or before.built_from != digest:
        return None
    with contextlib.suppress(ImageNotFound):
        details = images.inspect(tag)
        if details.id == before.image_id:
            return details, before.steps
    return None


def _measured(
    tag: str, base: ResolvedBase, result: BuildResult, details: ImageDetails, dag_files: DagFiles | None
) -> BuiltImage:
    return BuiltImage(
        tag=tag,
        image_id=details.id,
        platform=details.platform,
        base=base,
        dag_files=len(dag_files.files) if dag_files else 0,
        dag_files_left_out=dag_files.left_out if dag_files else 0,
        unpacked_bytes=details.size_bytes,
        compressed_bytes=compressed_size(details),
        seconds=result.seconds,
        steps=result.steps_total,
        steps_cached=result.steps_cached,
    )


def _check(image: BuiltImage, spec: ImageSpec, console: Console) -> dict[str, object]:
    from airflow_ecs_image.checks import Expectations, run_checks

    expectations = Expectations(
        airflow_version=spec.airflow_version,
        python_version=spec.python_version,
        platform=image.platform,
        executor_package_version=spec.executor_package_version,
        size_budget=None if spec.size_budget is None else size_bytes(spec.size_budget),
        start_budget=None if spec.start_budget is None else seconds(spec.start_budget),
    )
    report = run_checks(image.tag, expectations=expectations, console=console)
    if not report.passed:
        names = ", ".join(result.name for result in report.results if result.status == "failed")
        raise CheckFailed(
            f"{image.tag} was built, but it failed {names}",
            mend="see the mends above; --no-check builds without checking",
        )
    return report.as_json()
