"""The image spec: everything that decides an image.

Its fields are at once the options of the command line, the keys of image.toml and the AIRFLOW_ECS_IMAGE_* variables;
a field's description is the text of all of them.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo
from pydantic import field_validator as check

from airflow_ecs_image.spec import field_types as types
from airflow_ecs_image.spec.levers import LEVERS
from airflow_ecs_image.spec.option import Heading, Option
from airflow_ecs_image.spec.rules import budgets, bundles, credentials, releases, s3, text
from airflow_ecs_image.spec.rules.region import REGION
from airflow_ecs_image.spec.rules.s3 import DagSource
from airflow_ecs_image.versions import load_versions


class ImageSpec(BaseModel):
    """One image, decided: frozen, validated, and complete (what depends on other fields is filled in).

    `load_spec` makes one from the command line, the environment and image.toml. Constructed directly, it does not look
    at the file system, and a wrong value raises pydantic's ValidationError.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    base: Annotated[types.BaseImage, Option(Heading.BASE, "auto|official|source|REFERENCE")] = Field(
        "auto",
        description="What the image is built on: the official Airflow image, the same built from Debian and PyPI "
        "packages (source), or any reference to an Airflow image. auto takes the official image and falls back to "
        "source when its registry cannot be reached.",
        examples=["source", "registry.example.com/apache/airflow:3.3.2-python3.13"],
    )
    airflow_version: Annotated[types.AirflowVersion, Option(Heading.BASE, "X.Y.Z")] = Field(
        default_factory=lambda: load_versions().default,
        description="The Airflow version of your scheduler, exactly: a worker of another one may not understand it.",
        examples=["2.11.2"],
    )
    python_version: Annotated[str, Option(Heading.BASE, "X.Y")] = Field(
        default_factory=lambda data: load_versions().airflow[data["airflow_version"]].default_python,
        description="The Python version of your scheduler: Airflow asks for the same one on both sides. Left out, it is the "
        "usual one of the Airflow version.",
        examples=["3.11"],
    )
    executor_package_version: Annotated[str, Option(Heading.BASE, "X.Y.Z")] = Field(
        default_factory=lambda data: load_versions().airflow[data["airflow_version"]].executor_package,
        description="The version of apache-airflow-providers-amazon, which holds the ECS executor. Left out, it is "
        "the one that Airflow's constraints name.",
        examples=["9.34.0"],
    )
    platform: Annotated[types.Platforms, Option(Heading.BASE, "PLATFORM")] = Field(
        ("linux/amd64",),
        description="The platform that the ECS tasks run on, one or several. It is never guessed from this machine: an image of "
        "the wrong one ends in an exec format error.",
        examples=[["linux/arm64"]],
    )
    template: Annotated[types.File | None, Option(Heading.BASE, "FILE")] = Field(
        None,
        description="Your own Jinja template. It can extend Dockerfile.j2 and replace its blocks.",
        examples=["Dockerfile.custom.j2"],
    )

    s3_uri: Annotated[types.S3Location | None, Option(Heading.DAGS, "s3://BUCKET[/PREFIX]")] = Field(
        None,
        description="Where the container fetches its DAGs from when it starts: a prefix, one packed archive (.tar.gz, .tgz, .tar), "
        "or the pointer to one that `dags push` moves (.sha256).",
        examples=["s3://my-bucket/dags", "s3://my-bucket/dags/latest.sha256"],
        json_schema_extra={"pattern": r"^(s3://[a-z0-9][a-z0-9.-]+[a-z0-9](/\S*)?)?$"},
    )
    dag_bundle: Annotated[types.S3Location | None, Option(Heading.DAGS, "s3://BUCKET[/PREFIX]")] = Field(
        None,
        description="The prefix that a worker of Airflow 3 downloads by itself when its task starts, as a DAG bundle of the "
        "class S3DagBundle. The DAG source is then none.",
        examples=["s3://my-bucket/dags"],
        json_schema_extra={"pattern": r"^(s3://[a-z0-9][a-z0-9.-]+[a-z0-9](/\S*)?)?$"},
    )
    dag_bundle_name: Annotated[str, Option(Heading.DAGS, "NAME")] = Field(
        bundles.DEFAULT_NAME,
        description="The name of that bundle, which must be the name of the scheduler's: a task asks for its DAG by it. A "
        "scheduler without bundles of its own calls its DAG folder dags-folder.",
        examples=["team"],
    )
    dag_source: Annotated[DagSource, Option(Heading.DAGS, "local|s3|archive|none")] = Field(
        default_factory=lambda data: bundles.default_dag_source(data["s3_uri"], data["dag_bundle"]),
        description="local copies host_dag_path into the image, s3 and archive fetch s3_uri at start, none leaves the "
        "DAGs to a DAG bundle of Airflow 3 or a volume. Left out, it follows s3_uri and dag_bundle.",
        examples=["none"],
    )
    host_dag_path: Annotated[types.PathInside, Option(Heading.DAGS, "PATH")] = Field(
        "dags",
        description="The DAG folder on this machine, inside the working directory.",
        examples=["airflow/dags"],
    )
    container_dag_path: Annotated[types.ContainerDagPath, Option(Heading.DAGS, "PATH")] = Field(
        "/opt/airflow/dags",
        description="The DAG folder in the image. A worker finds a DAG by its path below this folder.",
        examples=["/srv/dags"],
        json_schema_extra={"pattern": "^/"},
    )

    requirements_path: Annotated[types.FileInside | None, Option(Heading.PACKAGES, "FILE")] = Field(
        None,
        description="The Python packages that the DAGs need, installed under Airflow's constraints. Left out, it is "
        "requirements.txt where that file exists.",
        examples=["requirements/dags.txt"],
    )
    system_packages: Annotated[types.SystemPackages, Option(Heading.PACKAGES, "NAME[=VERSION]")] = Field(
        (),
        description="Debian packages that the DAGs need, such as clients and libraries.",
        examples=[["git", "libxml2"]],
    )
    aws_cli: Annotated[bool, Option(Heading.PACKAGES)] = Field(
        default=True,
        description="Install the AWS CLI, in an environment of its own, so that Airflow's packages stay as they are. DAGs that "
        "only use boto3 do not need it.",
        examples=[False],
    )
    debian_mirror: Annotated[types.DebianMirror, Option(Heading.PACKAGES, "URL")] = Field(
        "http://deb.debian.org/debian",
        description="Where Debian packages come from, for networks with a mirror of their own.",
        examples=["https://mirror.example.com/debian"],
    )
    pip_conf: Annotated[types.File | None, Option(Heading.PACKAGES, "FILE")] = Field(
        None,
        description="A pip.conf for the build, for example with a private index. It is a build secret and stays out of "
        "the image.",
        examples=["pip.conf"],
    )
    ca_bundle: Annotated[types.File | None, Option(Heading.PACKAGES, "FILE")] = Field(
        None,
        description="A PEM file with the certificate authorities that the build trusts, for example a proxy's. It is a "
        "build secret and stays out of the image.",
        examples=["corporate-ca.pem"],
    )

    aws_default_region: Annotated[
        types.Region | None, Option(Heading.CREDENTIALS, "REGION", ("--region",))
    ] = Field(
        None,
        description="AWS_DEFAULT_REGION of the image. Left out, the image has none, and the task definition decides.",
        examples=["eu-central-1"],
        json_schema_extra={"pattern": f"^({REGION.pattern})?$"},
    )
    aws_access_key_id: Annotated[types.Credential | None, Option(Heading.CREDENTIALS, "KEY")] = Field(
        None,
        description="AWS_ACCESS_KEY_ID of the image. Only with bake_credentials; with a task role none is needed.",
    )
    aws_secret_access_key: Annotated[types.Credential | None, Option(Heading.CREDENTIALS, "KEY")] = Field(
        None,
        description="AWS_SECRET_ACCESS_KEY of the image. Only with bake_credentials, and better given as a variable: files are "
        "committed, and options are visible to other users of the machine.",
    )
    aws_session_token: Annotated[types.Credential | None, Option(Heading.CREDENTIALS, "TOKEN")] = Field(
        None,
        description="AWS_SESSION_TOKEN of the image, for temporary credentials. Only with bake_credentials.",
    )
    bake_credentials: Annotated[bool, Option(Heading.CREDENTIALS)] = Field(
        default=False,
        description="Store the credentials in the image, where everyone who can pull it can read them.",
        examples=[True],
    )

    tag: Annotated[types.Tag, Option(Heading.OUTPUT, "NAME[:TAG]", ("-t",))] = Field(
        default_factory=lambda data: (
            f"airflow-ecs-image:{data['airflow_version']}-python{data['python_version']}"
        ),
        description="The name of the image. Left out, it is airflow-ecs-image with both versions.",
        examples=["registry.example.com/team/worker:1.0"],
    )
    environment: Annotated[types.Environment, Option(Heading.OUTPUT, "NAME=VALUE", ("-e",))] = Field(
        {},
        description="Environment variables of the image. Those of the command line, the environment and image.toml add up.",
        examples=[{"AIRFLOW__LOGGING__REMOTE_LOGGING": "True"}],
    )
    labels: Annotated[types.Labels, Option(Heading.OUTPUT, "NAME=VALUE")] = Field(
        {},
        description="Labels of the image. Those of the command line, the environment and image.toml add up.",
        examples=[{"com.example.team": "data"}],
    )

    read_only_root_filesystem: Annotated[bool, Option(Heading.OUTPUT)] = Field(
        default=False,
        description="Let the container run with a read-only root filesystem: what Airflow writes to becomes volumes of the image, "
        "and the task definition mounts them.",
        examples=[True],
    )

    levers: Annotated[types.Levers, Option(Heading.LEVERS, "NAME=on|off", ("--lever",))] = Field(
        {},
        description="Which steps make the image start faster or weigh less; docs/start-up.md has what each one does and brings. "
        f"The levers are {', '.join(lever.name for lever in LEVERS)}. All are on but "
        f"{', '.join(lever.name for lever in LEVERS if not lever.default)}.",
        examples=[{"short-bytecode": False}],
        json_schema_extra={"propertyNames": {"enum": [lever.name for lever in LEVERS]}},
    )

    size_budget: Annotated[types.SizeBudget | None, Option(Heading.BUDGETS, "SIZE")] = Field(
        None,
        description="The most that the image may weigh, compressed as a registry holds it: check fails past it and names the "
        "packages that weigh most. It decides nothing about the image itself.",
        examples=["150 MB"],
        json_schema_extra={"pattern": f"^({budgets.SIZE_PATTERN})?$"},
    )
    start_budget: Annotated[types.StartBudget | None, Option(Heading.BUDGETS, "TIME")] = Field(
        None,
        description="The most CPU seconds that a worker may take from the start of Python to the end of its DAG file's import, "
        "on the machine that checks: check fails past it and names the packages whose imports cost most.",
        examples=["3 s"],
        json_schema_extra={"pattern": f"^({budgets.SECONDS_PATTERN})?$"},
    )

    @check("*", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return text.plain(value)

    @check("python_version")
    @classmethod
    def _python_version(cls, value: str, info: ValidationInfo) -> str:
        airflow = info.data.get("airflow_version")
        return releases.python_version(value, airflow, info.data.get("base", "auto")) if airflow else value

    @check("executor_package_version")
    @classmethod
    def _executor_package_version(cls, value: str, info: ValidationInfo) -> str:
        airflow = info.data.get("airflow_version")
        return releases.executor_package_version(value, airflow) if airflow else value

    @check("dag_bundle")
    @classmethod
    def _dag_bundle(cls, value: str | None, info: ValidationInfo) -> str | None:
        return bundles.dag_bundle(value, info.data.get("s3_uri"), info.data.get("airflow_version"))

    @check("dag_bundle_name")
    @classmethod
    def _dag_bundle_name(cls, value: str, info: ValidationInfo) -> str:
        return bundles.dag_bundle_name(value, info.data["dag_bundle"]) if "dag_bundle" in info.data else value

    @check("dag_source")
    @classmethod
    def _dag_source(cls, value: DagSource, info: ValidationInfo) -> DagSource:
        if "s3_uri" in info.data:
            s3.dag_source(value, info.data["s3_uri"])
        return bundles.dag_source(value, info.data.get("dag_bundle"))

    @check("environment")
    @classmethod
    def _environment(cls, value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        return bundles.environment(value, info.data.get("dag_bundle"))

    @check("bake_credentials")
    @classmethod
    def _bake_credentials(cls, value: bool, info: ValidationInfo) -> bool:
        given: dict[str, Any] = {
            name: info.data[name] for name in credentials.CREDENTIAL_FIELDS if name in info.data
        }
        return credentials.bake_credentials(value, given)
