"""From a project folder to the image of a contender, and all three of an Airflow version at once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from airflow_ecs_image.build import build_image
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import images
from airflow_ecs_image.spec import ImageSpec, load_spec
from airflow_ecs_image.versions import load_versions, lock_path, versions_path
from bench.contenders.dockerfile import build_dockerfile, native_platform, silent
from bench.contenders.model import CONTENDERS, PYTHON, REPOSITORY, S3_URI, Contender, ContenderName
from bench.contenders.official_like import build_official_like

_REFERENCE = Path(__file__).parent / "reference"


def build_contenders(
    airflow: str, folder: Path, console: Console, dags: Path | None = None
) -> tuple[Contender, ...]:
    """Build the images of an Airflow version, in the order of CONTENDERS; the engine's cache remembers them.

    `folder` is for the files of the builds. `dags` is a folder of DAG files that the images hold; without one they
    fetch their DAGs from S3_URI when a container starts. Raises what a build raises.
    """
    project = folder / f"project-{airflow}-{'local' if dags else 's3'}"
    project.mkdir()
    if dags is not None:
        shutil.copytree(dags, project / "dags")
    built = []
    for name in CONTENDERS:
        with console.step(f"Airflow {airflow}, {name}"):
            built.append(build_contender(name, airflow, project, console=silent()))
    return tuple(built)


def image_ids(built: Iterable[Sequence[Contender]]) -> dict[str, str]:
    """Tag → id of contenders that are built: what the results were found with."""
    return {each.tag: images.inspect(each.tag).id for contenders in built for each in contenders}


def build_contender(
    name: ContenderName,
    airflow: str,
    project: Path,
    *,
    console: Console,
    tag: str | None = None,
    base: str | None = None,
    requirements: Path | None = None,
    **fields: object,
) -> Contender:
    """Build one from a project folder, whose `dags` and `requirements.txt` go in where they exist.

    Without a folder `dags` the image fetches its DAGs from S3_URI when a container starts. `tag` names the image, by
    default for the contender and the kind of its DAGs. `base` is the official-like base to take, by default that of
    `base_of(airflow)`. `requirements` is the folder of versions.toml that the reference takes its packages from, by
    default the toolkit's own. `fields` are more of the image spec, which the reference does not have. Raises what a
    build raises.
    """
    local = (project / "dags").is_dir()
    tag = tag or f"{REPOSITORY}:{name}-{airflow}{'-dags' if local else ''}"
    if name == "source":
        _build_ours(_spec(airflow, "source", project, tag, fields), project, console)
        return Contender(name, airflow, tag)
    base = base or base_of(airflow)
    if name == "official":
        _build_ours(_spec(airflow, base, project, tag, fields), project, console)
    else:
        _build_reference(airflow, base, project, tag, local=local, requirements=requirements)
    return Contender(name, airflow, tag)


def base_of(airflow: str, requirements: Path | None = None) -> str:
    """Build the official-like base of an Airflow version; returns its name in the engine's store.

    No registry has that name: one of this machine is asked, and does not answer. `requirements` is the folder of
    versions.toml and the locks, by default the toolkit's own.
    """
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as context:
        tag = f"localhost/{REPOSITORY}/airflow:slim-{airflow}-python{PYTHON}"
        return build_official_like(airflow, Path(context), tag, requirements=requirements)


def _spec(airflow: str, base: str, project: Path, tag: str, fields: dict[str, object]) -> ImageSpec:
    values: dict[str, object] = {
        "airflow_version": airflow,
        "base": base,
        "platform": (native_platform(),),
        "python_version": PYTHON,
        "tag": tag,
        **({} if (project / "dags").is_dir() else {"s3_uri": S3_URI}),
    }
    return load_spec({**values, **fields}, {}, project)


def _build_ours(spec: ImageSpec, project: Path, console: Console) -> None:
    build_image(spec, directory=project, console=console, check=False, no_cache=False, summary=False)


def _build_reference(
    airflow: str, base: str, project: Path, tag: str, *, local: bool, requirements: Path | None
) -> None:
    versions = load_versions(versions_path(requirements))
    release = versions.release(airflow)
    packages = (f"apache-airflow-providers-amazon=={release.executor_package}", *release.extra_packages)
    with tempfile.TemporaryDirectory(prefix="airflow-ecs-image-bench-") as folder:
        context = Path(folder)
        shutil.copy(_REFERENCE / "entrypoint", context / "entrypoint")
        shutil.copyfile(lock_path(versions.tools.aws_cli_lock), context / "aws-cli.txt")
        wanted = project / "requirements.txt"
        text = wanted.read_text(encoding="utf-8") if wanted.is_file() else ""
        (context / "requirements.txt").write_text(text, encoding="utf-8")
        if local:
            shutil.copytree(project / "dags", context / "dags")
        build_dockerfile(
            (_REFERENCE / "Dockerfile").read_text(encoding="utf-8"),
            context,
            tag,
            target="local" if local else "s3",
            base=base,
            packages=" ".join(packages),
            s3_uri=S3_URI,
        )
