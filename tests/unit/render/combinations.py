"""The combinations of bases, Airflow lines, DAG sources, requirements and credentials that the golden files show."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_ecs_image.bases import ResolvedBase
from airflow_ecs_image.build.plan import dockerfile_for
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.levers import LEVERS
from airflow_ecs_image.versions import load_versions

AIRFLOW = {"3": load_versions().default, "2": "2.11.2"}
DIGEST = f"sha256:{'0' * 64}"
_S3 = {"s3": "s3://example-bucket/dags", "archive": "s3://example-bucket/dags.tar.gz"}
_BAKED: dict[str, Any] = {
    "bake_credentials": True,
    "aws_access_key_id": "canary-key-id",
    "aws_secret_access_key": "canary-secret-key",
}


@dataclass(frozen=True)
class Combination:
    """What one golden file shows; `more` are further fields of the spec. `base` mirror is source without a registry."""

    base: str
    airflow: str
    dags: str
    requirements: bool
    baked: bool
    more: dict[str, Any] = field(default_factory=dict)

    def spec(self) -> ImageSpec:
        fields: dict[str, Any] = {"airflow_version": AIRFLOW[self.airflow], "dag_source": self.dags}
        if self.dags in _S3:
            fields["s3_uri"] = _S3[self.dags]
        if self.requirements:
            fields["requirements_path"] = "requirements.txt"
        return ImageSpec(**{**fields, **(_BAKED if self.baked else {}), **self.more})

    def render(self) -> str:
        """The whole Dockerfile, as `render` prints it."""
        return dockerfile_for(self.spec(), resolved_base(self.base, self.spec()), Path("unused"))


def resolved_base(kind: str, spec: ImageSpec) -> ResolvedBase:
    """The base as it is resolved where a registry answers, or none does (`mirror`)."""
    support = load_versions().release(spec.airflow_version).python(spec.python_version)
    if kind == "official":
        name = str(support.official)
        return ResolvedBase(kind="official", reference=f"{name}@{DIGEST}", name=name, digest=DIGEST)
    suite = load_versions().suite(str(support.debian))
    if kind == "mirror":
        return ResolvedBase(
            kind="source",
            reference=f"airflow-ecs-image/root-filesystem:{suite.name}-amd64",
            name=f"debian:{suite.name}",
            fallback=True,
            debian=suite.name,
            root_filesystem="mirror",
            registry_reference=suite.reference,
        )
    return ResolvedBase(
        kind="source",
        reference=f"{suite.reference}@{DIGEST}",
        name=suite.reference,
        digest=DIGEST,
        debian=suite.name,
        root_filesystem="registry",
        registry_reference=suite.reference,
    )


COMBINATIONS = {
    "official-airflow-3": Combination("official", "3", "local", requirements=False, baked=False),
    "official-airflow-3-s3-requirements": Combination("official", "3", "s3", requirements=True, baked=False),
    "official-airflow-3-archive-baked-credentials": Combination(
        "official", "3", "archive", requirements=False, baked=True
    ),
    "official-airflow-3-no-dags-requirements": Combination(
        "official", "3", "none", requirements=True, baked=False
    ),
    "official-airflow-3-system-packages": Combination(
        "official",
        "3",
        "local",
        requirements=True,
        baked=False,
        more={
            "system_packages": ("libpq5", "git"),
            "aws_cli": False,
            "levers": {lever.name: not lever.default for lever in LEVERS},
        },
    ),
    "official-airflow-2-requirements-baked-credentials": Combination(
        "official", "2", "local", requirements=True, baked=True
    ),
    "official-airflow-2-s3": Combination("official", "2", "s3", requirements=False, baked=False),
    "official-airflow-2-archive-requirements": Combination(
        "official", "2", "archive", requirements=True, baked=False
    ),
    "official-airflow-2-no-dags-baked-credentials": Combination(
        "official", "2", "none", requirements=False, baked=True
    ),
    "source-airflow-3": Combination("source", "3", "local", requirements=False, baked=False),
    "source-airflow-3-without-registry": Combination("mirror", "3", "local", requirements=True, baked=False),
    "source-airflow-3-python-3.11": Combination(
        "source", "3", "none", requirements=False, baked=False, more={"python_version": "3.11"}
    ),
    "source-airflow-3-dag-bundle": Combination(
        "source",
        "3",
        "none",
        requirements=False,
        baked=False,
        more={
            "dag_bundle": "s3://example-bucket/team/dags",
            "dag_bundle_name": "team",
            "levers": {lever.name: not lever.default for lever in LEVERS},
        },
    ),
    "source-airflow-3-archive-read-only": Combination(
        "source", "3", "archive", requirements=False, baked=False, more={"read_only_root_filesystem": True}
    ),
    "source-airflow-3-s3-requirements-baked-credentials": Combination(
        "source", "3", "s3", requirements=True, baked=True
    ),
    "source-airflow-2-archive": Combination("source", "2", "archive", requirements=False, baked=False),
    "source-airflow-2-no-dags-requirements": Combination(
        "source", "2", "none", requirements=True, baked=False
    ),
    "source-airflow-2-everything": Combination(
        "mirror",
        "2",
        "local",
        requirements=True,
        baked=False,
        more={
            "host_dag_path": "our dags",
            "container_dag_path": "/srv/our dags",
            "requirements_path": "requirements/dags.txt",
            "system_packages": ("git", "libpq5"),
            "aws_cli": False,
            "debian_mirror": "https://mirror.example.com/debian",
            "aws_default_region": "eu-central-1",
            "environment": {
                "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
                "QUOTED": 'a "b" $c \\ `d` {{ e }} ü',
            },
            "labels": {"com.example.team": "data & analytics"},
        },
    ),
}
