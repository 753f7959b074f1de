"""What a spec holds when nothing, or something right, was said."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.spec import ImageSpec, load_spec
from airflow_ecs_image.versions import load_versions


def test_a_spec_of_nothing_is_complete(tmp_path: Path) -> None:
    spec = load_spec({}, {}, tmp_path)
    assert spec == ImageSpec()
    assert spec.base == "auto"
    assert (spec.airflow_version, spec.python_version) == ("3.3.2", "3.13")
    assert spec.executor_package_version == load_versions().airflow["3.3.2"].executor_package
    assert spec.platform == ("linux/amd64",)
    assert spec.tag == "airflow-ecs-image:3.3.2-python3.13"
    assert spec.dag_source == "local"
    assert spec.container_dag_path == "/opt/airflow/dags"
    assert (spec.dag_bundle, spec.dag_bundle_name) == (None, "dags-folder")
    assert spec.requirements_path is None


def test_what_follows_from_another_airflow(tmp_path: Path) -> None:
    spec = load_spec({"airflow_version": "2.11.2"}, {}, tmp_path)
    assert spec.python_version == "3.11"
    assert spec.executor_package_version == load_versions().airflow["2.11.2"].executor_package
    assert spec.tag == "airflow-ecs-image:2.11.2-python3.11"


@pytest.mark.parametrize("airflow", load_versions().airflow)
def test_every_supported_pair_is_accepted(tmp_path: Path, airflow: str) -> None:
    for python in load_versions().airflow[airflow].pythons:
        spec = load_spec({"airflow_version": airflow, "python_version": python}, {}, tmp_path)
        assert (spec.airflow_version, spec.python_version) == (airflow, python)


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        (None, "local"),
        ("s3://bucket", "s3"),
        ("s3://bucket/dags/", "s3"),
        ("s3://my.bucket-1/dags.tar.gz", "archive"),
        ("s3://bucket/dags/abc.tgz", "archive"),
        ("s3://bucket/dags/abc.tar", "archive"),
        ("s3://bucket/dags/latest.sha256", "archive"),
        ("s3://bucket/dags.tar/team", "s3"),
    ],
)
def test_the_dag_source_follows_the_location(tmp_path: Path, uri: str | None, source: str) -> None:
    assert load_spec({"s3_uri": uri}, {}, tmp_path).dag_source == source


@pytest.mark.parametrize(
    "reference",
    [
        "apache/airflow:slim-3.3.2-python3.13",
        "localhost:5000/airflow@sha256:" + "a" * 64,
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/air_flow:1.0@sha256:" + "0" * 64,
        "ghcr.io/a/b/c/d",
        "debian",
    ],
)
def test_references_of_a_base(tmp_path: Path, reference: str) -> None:
    assert load_spec({"base": reference}, {}, tmp_path).base == reference


@pytest.mark.parametrize(
    "region", ["us-east-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1", "ap-southeast-7"]
)
def test_regions(tmp_path: Path, region: str) -> None:
    assert load_spec({"aws_default_region": region}, {}, tmp_path).aws_default_region == region


@pytest.mark.parametrize(
    "package", ["git", "libstdc++6", "g++", "libpq5=17.6-0+deb13u1", "openssl=1:3.0~rc1"]
)
def test_system_packages(tmp_path: Path, package: str) -> None:
    assert load_spec({"system_packages": (package, package)}, {}, tmp_path).system_packages == (package,)


def test_values_of_the_environment_are_data(tmp_path: Path) -> None:
    value = """it's "$(id)" `id` ${HOME} \\ {{ x }} {% y %} # ü = , \t"""
    spec = load_spec({"environment": (f"NAME={value}",), "labels": (f"k={value}",)}, {}, tmp_path)
    assert spec.environment == {"NAME": value}
    assert spec.labels == {"k": value}


def test_lists_take_commas_and_repetition(tmp_path: Path) -> None:
    spec = load_spec(
        {"platform": ("linux/amd64, linux/arm64", "linux/amd64"), "system_packages": ("git,curl", "jq")},
        {},
        tmp_path,
    )
    assert spec.platform == ("linux/amd64", "linux/arm64")
    assert spec.system_packages == ("git", "curl", "jq")


def test_requirements_txt_is_used_where_it_exists(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    assert load_spec({}, {}, tmp_path).requirements_path == "requirements.txt"
    (tmp_path / "other.txt").touch()
    assert load_spec({"requirements_path": "./other.txt"}, {}, tmp_path).requirements_path == "other.txt"


def test_paths_become_normal(tmp_path: Path) -> None:
    spec = load_spec({"host_dag_path": "./my dags/", "container_dag_path": "/srv/dags/"}, {}, tmp_path)
    assert spec.host_dag_path == "my dags"
    assert spec.container_dag_path == "/srv/dags"


def test_an_absolute_path_inside_the_working_directory_becomes_relative(tmp_path: Path) -> None:
    assert load_spec({"host_dag_path": str(tmp_path / "a/b")}, {}, tmp_path).host_dag_path == "a/b"
    link = tmp_path / "link"
    link.symlink_to(tmp_path, target_is_directory=True)
    assert load_spec({"host_dag_path": str(link / "dags")}, {}, link).host_dag_path == "dags"
    assert load_spec({"host_dag_path": str(tmp_path / "dags")}, {}, link).host_dag_path == "dags"


def test_files_may_lie_anywhere(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    directory = tmp_path / "project"
    directory.mkdir()
    assert load_spec({"ca_bundle": "../ca.pem"}, {}, directory).ca_bundle == "../ca.pem"
    assert load_spec({"ca_bundle": str(bundle)}, {}, directory).ca_bundle == str(bundle)


def test_a_home_directory_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "pip.conf").touch()
    assert load_spec({"pip_conf": "~/pip.conf"}, {}, tmp_path).pip_conf == str(tmp_path / "pip.conf")


def test_the_mirror_loses_its_closing_slash(tmp_path: Path) -> None:
    mirror = load_spec({"debian_mirror": "https://host:8443/debian/"}, {}, tmp_path).debian_mirror
    assert mirror == "https://host:8443/debian"


def test_the_spec_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        ImageSpec().tag = "other"  # type: ignore[misc]
