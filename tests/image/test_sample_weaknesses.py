"""What is wrong with the Dockerfile that comes with the executor, one test for each weakness: ours has none of them."""

from __future__ import annotations

import io
import re
import shutil
from itertools import chain
from pathlib import Path

import pytest

from airflow_ecs_image.build.plan import render_dockerfile
from airflow_ecs_image.console import Console
from airflow_ecs_image.engine import containers, images
from airflow_ecs_image.resources import resource
from tests.waiting import until

from .dockerfile_text import commands, locks
from .facts import Facts, gather_facts
from .test_worker import WORKER
from .worker_images import (
    DEFAULT_NAME,
    REPOSITORY,
    WorkerImage,
    build_dockerfile,
    existing_image,
    source_pairs,
    spec_of,
)

AIRFLOW, PYTHON = source_pairs()[DEFAULT_NAME]
VERSIONS = {"base": "source", "airflow_version": AIRFLOW, "python_version": PYTHON}
ARGUMENTS = {
    "aws_default_region": "eu-west-1",
    "s3_uri": "s3://bucket/dags",
    "host_dag_path": "other",
    "container_dag_path": "/srv/dags",
    "requirements_path": "more.txt",
}
# No credentials, and no metadata service that could give some.
NOWHERE = {"AWS_EC2_METADATA_DISABLED": "true"}
PROGRAMS = """
import pathlib
heads = [path.read_bytes()[:20] for path in pathlib.Path("/opt/aws-cli").rglob("*") if path.is_file()]
print(*{int.from_bytes(head[18:], "little") for head in heads if head.startswith(b"\\x7fELF")})
"""
ELF_MACHINES = {"amd64": 62, "arm64": 183}


@pytest.fixture(scope="module")
def dockerfile(project: Path) -> str:
    """The Dockerfile of an image spec that says nothing but the versions."""
    console = Console(stream=io.StringIO(), environment={})
    return render_dockerfile(spec_of(project, **VERSIONS), directory=project, console=console)


@pytest.fixture(scope="module")
def folder(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with what the build arguments name."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(project, folder, dirs_exist_ok=True)
    shutil.copytree(project / "dags", folder / "other")
    (folder / "other/fargate_dag.py").rename(folder / "other/renamed.py")
    (folder / "more.txt").write_text("humanize==4.13.0\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def plain(dockerfile: str, folder: Path) -> WorkerImage:
    """Built by the Dockerfile alone, without an argument."""
    return existing_image(build_dockerfile(dockerfile, folder, f"{REPOSITORY}:sample-plain"))


@pytest.fixture(scope="module")
def with_arguments(dockerfile: str, folder: Path) -> WorkerImage:
    """The same with each argument that is no credential."""
    return existing_image(build_dockerfile(dockerfile, folder, f"{REPOSITORY}:sample-arguments", **ARGUMENTS))


@pytest.fixture(scope="module")
def plain_facts(plain: WorkerImage) -> Facts:
    return gather_facts(plain.tag)


def test_the_base_and_airflow_are_pinned(dockerfile: str, plain: WorkerImage) -> None:
    """Weakness 1."""
    assert ":latest" not in dockerfile
    assert plain.details.labels["org.apache.airflow.version"] == AIRFLOW
    assert plain.details.labels["org.apache.airflow.python.version"] == PYTHON
    assert containers.run(plain.tag, ["version"]).stdout.strip() == AIRFLOW


def test_no_script_comes_from_a_source_host_while_building(dockerfile: str, plain: WorkerImage) -> None:
    """Weakness 2."""
    text = resource("entrypoint/base-entrypoint").read_text(encoding="utf-8")
    inside = containers.run(plain.tag, ["-c", "cat /entrypoint"], entrypoint="bash").stdout

    assert not re.search(r"raw\.githubusercontent|github\.com|/main/", commands(dockerfile))
    assert inside.strip() == text.strip()


def test_every_download_has_a_hash_or_a_package_manager(dockerfile: str) -> None:
    """Weakness 3."""
    words = commands(dockerfile)

    assert not re.search(r"\b(curl|wget)\b", words)
    # ADD may download; the one that is here unpacks an archive of the build context.
    added = re.findall(r"^ADD (.*)$", words, flags=re.MULTILINE)
    assert added == ['["${dag_layer}", "/"]']
    assert [len(pins) > 0 for pins in locks(dockerfile)] == [True, True, True]
    for pin in chain.from_iterable(locks(dockerfile)):
        assert re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", pin)
    assert words.count("--require-hashes") == 3


def test_the_entrypoint_is_in_one_place_and_not_in_the_home(plain: WorkerImage) -> None:
    """Weakness 4."""
    script = "ls -A /home/airflow; stat -c %U:%a /entrypoint /opt/airflow-ecs-image/entrypoint"
    completed = containers.run(plain.tag, ["-c", script], entrypoint="bash")

    assert "entrypoint" not in completed.stdout.replace("\n", " ").split()
    assert completed.stdout.splitlines()[-2:] == ["root:755", "root:755"]


def test_no_key_is_in_environment_or_history(dockerfile: str, folder: Path) -> None:
    """Weakness 5: an argument that was not ordered is not taken."""
    keys = {"aws_access_key_id": "AKIACANARY", "aws_secret_access_key": "canary-secret-0a1b"}
    tag = build_dockerfile(dockerfile, folder, f"{REPOSITORY}:sample-keys", **keys)

    assert not [key for key in keys.values() if key in repr(images.inspect(tag))]


def test_an_argument_that_is_not_given_sets_no_empty_variable(plain: WorkerImage) -> None:
    """Weakness 6."""
    environment = plain.details.environment

    assert "" not in environment.values()
    assert not [name for name in environment if name.startswith("AWS_")]


def test_every_build_argument_works_and_nothing_has_to_be_edited(with_arguments: WorkerImage) -> None:
    """Weakness 7."""
    script = "import humanize, os; print(humanize.__version__, *sorted(os.listdir('/srv/dags')))"
    completed = containers.run(with_arguments.tag, ["python", "-c", script], environment={"S3_URI": ""})

    assert with_arguments.details.environment["AWS_DEFAULT_REGION"] == ARGUMENTS["aws_default_region"]
    assert with_arguments.details.environment["S3_URI"] == ARGUMENTS["s3_uri"]
    assert completed.stdout.split() == ["4.13.0", "hybrid_dag.py", "overrides_dag.py", "renamed.py"]


def test_every_install_pins_airflow(dockerfile: str, plain_facts: Facts) -> None:
    """Weakness 8."""
    joined = commands(dockerfile).replace("\\\n", " ")
    installs = re.findall(r"^/toolbox/pip install .*", joined, flags=re.MULTILINE)

    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes" in install or f"apache-airflow=={AIRFLOW}" in install
    assert joined.count("/toolbox/pip check") == 2
    assert plain_facts.unmet == []


def test_a_failure_of_s3_is_loud(with_arguments: WorkerImage) -> None:
    """Weakness 9."""
    worker = ["python", "-c", "print('started')"]
    environment = {
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
    }
    completed = containers.run(with_arguments.tag, worker, environment=environment, network="none")

    assert completed.exit_code == 69
    assert "started" not in completed.stdout
    assert len(completed.stderr.splitlines()) == 1


def test_sigterm_reaches_the_worker_because_every_script_execs(plain: WorkerImage) -> None:
    """Weakness 10."""
    with containers.start(plain.tag, ["python", "-c", WORKER]) as container:
        until(lambda: "ready" in container.logs().stdout, "the worker is ready")
        container.kill("TERM")

        assert container.wait() == 42
        assert "cleaned up" in container.logs().stdout


def test_what_is_fetched_is_writable_for_the_group(plain: WorkerImage) -> None:
    """Weakness 11: umask comes before the fetch, and the fetch prints one line, not one for each file."""
    trace = ["-x", "/opt/airflow-ecs-image/entrypoint", "version"]
    environment = {**NOWHERE, "S3_URI": "s3://bucket/dags"}
    completed = containers.run(
        plain.tag, trace, entrypoint="bash", environment=environment, network="none", user="12345:0"
    )

    traced = [line.lstrip("+ ") for line in completed.stderr.splitlines() if line.startswith("+")]
    assert traced.index("umask 0002") < traced.index("fetch_dags")


def test_the_aws_cli_is_for_the_processor_of_the_image(plain: WorkerImage) -> None:
    """Weakness 12."""
    completed = containers.run(plain.tag, ["python", "-c", PROGRAMS])

    assert completed.exit_code == 0
    assert {int(word) for word in completed.stdout.split()} <= {ELF_MACHINES[plain.details.architecture]}
    assert containers.run(plain.tag, ["bash", "-c", "aws --version"]).stdout.startswith("aws-cli/")


def test_the_aws_cli_is_pinned_and_apart_from_airflow(dockerfile: str, plain_facts: Facts) -> None:
    """Weakness 13."""
    assert re.search(r"^awscli==[0-9.]+ --hash=sha256:", dockerfile, flags=re.MULTILINE)
    assert "unzip" not in commands(dockerfile)
    assert "awscli" not in plain_facts.versions


def test_there_is_one_entrypoint_and_one_command(dockerfile: str, plain: WorkerImage) -> None:
    """Weakness 14."""
    for name in ("ENTRYPOINT", "CMD"):
        assert len(re.findall(rf"^{name} ", dockerfile, flags=re.MULTILINE)) == 1
    assert plain.details.entrypoint == ("/usr/bin/dumb-init", "--", "/opt/airflow-ecs-image/entrypoint")


def test_the_dags_folder_follows_container_dag_path(with_arguments: WorkerImage) -> None:
    """Weakness 15."""
    bag = gather_facts(with_arguments.tag, "brief", environment={"S3_URI": ""}).dag_bag
    assert bag["folder"] == ARGUMENTS["container_dag_path"]
    assert bag["dags"]["FARGATE-DAG"] == "renamed.py"


def test_no_build_argument_is_left_in_the_environment(plain: WorkerImage) -> None:
    """Weakness 16. CONTAINER_DAG_PATH stays by intent: the fetch at start reads it."""
    names = {name.lower() for name in plain.details.environment} - {"container_dag_path"}
    assert names.isdisjoint({*ARGUMENTS, "aws_access_key_id", "aws_secret_access_key", "aws_session_token"})


@pytest.mark.usefixtures("plain")
def test_no_frontend_has_to_be_pulled_for_heredocs(dockerfile: str) -> None:
    """Weakness 17: BuildKit's own frontend knows all that the file uses, as the build of `plain` shows."""
    assert "# syntax=" not in dockerfile
    assert "<<'STEP'" in dockerfile


def test_the_image_is_labelled_compiled_and_does_not_wait(plain: WorkerImage, plain_facts: Facts) -> None:
    """Weakness 18; what the build context leaves out is tested with the DAG files."""
    assert plain.details.labels["io.airflow-ecs-image.version"]
    assert plain.details.labels["org.opencontainers.image.title"]
    assert plain_facts.site_packages == {"without": [], "checked": []}
    assert plain_facts.environment["CONNECTION_CHECK_MAX_COUNT"] == "0"


def test_nothing_depends_on_tools_of_the_base(plain: WorkerImage) -> None:
    """Weakness 19: what a hardened base leaves out is missing here as well, and the image works."""
    script = "for tool in curl wget unzip apt-get gcc git; do command -v $tool; done; airflow version"
    completed = containers.run(plain.tag, ["bash", "-c", script])

    assert completed.stdout.split() == [AIRFLOW]
