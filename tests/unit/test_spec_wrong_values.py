"""Each wrong value gets one line: the field, the value, where it came from, why, and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import load_spec

A_DIGEST = "sha256:" + "0" * 64


def refusal(directory: Path, **values: object) -> str:
    """The one line that a single wrong value gets."""
    with pytest.raises(SpecError) as caught:
        load_spec(values, {}, directory)
    assert caught.value.exit_code == 2
    assert caught.value.details == ()
    assert "\n" not in caught.value.message
    return caught.value.message


def test_the_whole_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, s3_uri="s3:/bucket") == (
        "s3_uri: 's3:/bucket' (--s3-uri) — it does not start with s3://; "
        "allowed: s3://bucket or s3://bucket/prefix"
    )


@pytest.mark.parametrize(
    ("field", "value", "why", "allowed"),
    [
        ("airflow_version", "3.3", "does not know that Airflow version", "3.3.2"),
        ("airflow_version", "latest", "does not know that Airflow version", "2.11.2"),
        ("python_version", "3.9", "Airflow 3.3.2 is not supported on that Python", "3.11, 3.12, 3.13, 3.14"),
        ("python_version", "3", "Airflow 3.3.2 is not supported on that Python", "3.13"),
        ("executor_package_version", "9.21.0", "ECS executor does not work with Airflow 3.3.2", "9.22.0 or newer"),
        ("executor_package_version", "9.3", "not a released version", "X.Y.Z, 9.22.0 or newer"),
        ("base", "oficial", "did you mean official?", "auto, official, source"),
        ("base", "Source", "did you mean source?", "auto, official, source"),
        ("base", "registry.example.com/Airflow", "no upper-case letters", "image reference"),
        ("base", "registry.example.com/airflow:", "not an image reference", "image reference"),
        ("base", "airflow@sha256:abc", "not an image reference", "image reference"),
        ("base", "airflow; RUN true", "not an image reference", "image reference"),
        ("base", "a" * 256, "longer than 255 characters", "image reference"),
        ("tag", "Worker:1.0", "no upper-case letters", "name[:tag]"),
        ("tag", "worker:", "not an image reference", "name[:tag]"),
        ("tag", "worker:" + "t" * 129, "not an image reference", "name[:tag]"),
        ("tag", f"worker@{A_DIGEST}", "the digest of a new image is not known yet", "name[:tag]"),
        ("tag", "-worker", "not an image reference", "name[:tag]"),
        ("platform", ("linux/386",), "not a platform of ECS tasks", "linux/amd64 or linux/arm64"),
        ("platform", ("linux/amd64,arm64",), "did you mean linux/arm64?", "linux/amd64 or linux/arm64"),
        ("platform", ("X86_64",), "did you mean linux/amd64?", "linux/amd64 or linux/arm64"),
        ("platform", ("linux/aarch64",), "did you mean linux/arm64?", "linux/amd64 or linux/arm64"),
        ("s3_uri", "bucket/dags", "does not start with s3://", "s3://bucket/prefix"),
        ("s3_uri", "S3://bucket", "does not start with s3://", "s3://bucket/prefix"),
        ("s3_uri", "s3://", "the bucket is missing", "s3://bucket/prefix"),
        ("s3_uri", "s3:///dags", "the bucket is missing", "s3://bucket/prefix"),
        ("s3_uri", "s3://my bucket/dags", "holds a space", "s3://bucket/prefix"),
        ("s3_uri", "s3://bucket/my dags", "holds a space", "s3://bucket/prefix"),
        ("s3_uri", "s3://bu", "3 to 63 characters", "s3://bucket/prefix"),
        ("s3_uri", "s3://" + "b" * 64, "3 to 63 characters", "s3://bucket/prefix"),
        ("s3_uri", "s3://My_Bucket", "lower-case letters, digits, dots and hyphens", "s3://bucket/prefix"),
        ("s3_uri", "s3://bucket-", "a letter or digit at each end", "s3://bucket/prefix"),
        ("s3_uri", "s3://buc..ket", "two dots in a row", "s3://bucket/prefix"),
        ("s3_uri", "s3://192.168.5.4", "not an IP address", "s3://bucket/prefix"),
        ("s3_uri", "s3://xn--bucket", "reserves that beginning", "s3://bucket/prefix"),
        ("s3_uri", "s3://bucket/a//b", "empty part", "s3://bucket/prefix"),
        ("s3_uri", "s3://bucket/" + "k" * 1025, "longer than 1024 bytes", "s3://bucket/prefix"),
        ("dag_source", "git", "not one of the known values", "local, s3, archive or none"),
        ("dag_source", "s3", "s3_uri, which is not set", "set s3_uri"),
        ("host_dag_path", "../dags", "outside the working directory", "relative path inside"),
        ("host_dag_path", "dags/../../dags", "outside the working directory", "relative path inside"),
        ("host_dag_path", "/srv/dags", "outside the working directory", "relative path inside"),
        ("host_dag_path", "dags/*", "reads *, ? and [ as a pattern", "relative path inside"),
        ("container_dag_path", "dags", "it is relative", "an absolute path of its own"),
        ("container_dag_path", "/opt/airflow/../dags", "not normal, write /opt/dags", "an absolute path"),
        ("container_dag_path", "/srv//dags", "not normal, write /srv/dags", "an absolute path"),
        ("container_dag_path", "//srv/dags", "not normal, write /srv/dags", "an absolute path"),
        ("container_dag_path", "/srv/$HOME", "expands the $", "an absolute path"),
        *(
            ("container_dag_path", path, "the image keeps other files there", "/srv/dags")
            for path in (
                "/", "/etc", "/etc/dags", "/usr", "/usr/share/dags", "/home", "/home/airflow", "/opt", "/opt/airflow",
                "/opt/airflow/", "/tmp", "/proc/1", "/home/airflow/.local/lib", "/opt/airflow-ecs-image/dags",
            )
        ),
        ("requirements_path", "missing.txt", "there is no such file in", "the path of a file"),
        ("requirements_path", "../requirements.txt", "outside the working directory", "inside the working directory"),
        ("requirements_path", ".", "it is not a file", "the path of a file"),
        ("template", "missing.j2", "there is no such file in", "the path of a file"),
        ("pip_conf", "missing.conf", "there is no such file in", "the path of a file"),
        ("ca_bundle", "missing.pem", "there is no such file in", "the path of a file"),
        ("system_packages", ("git,Git",), "not a Debian package name", "such as libpq5"),
        ("system_packages", ("git=",), "not a Debian package name", "=version"),
        ("system_packages", ("git;rm",), "not a Debian package name", "lower-case letters"),
        ("system_packages", ("-o=Dpkg::x",), "not a Debian package name", "lower-case letters"),
        ("system_packages", ("git,,curl",), "not a Debian package name", "lower-case letters"),
        ("debian_mirror", "deb.debian.org", "does not start with http:// or https://", "http://host/debian"),
        ("debian_mirror", "http://", "not a plain URL", "http://host/debian"),
        ("debian_mirror", "http://host/de bian", "not a plain URL", "http://host/debian"),
        ("debian_mirror", "http://host:port/debian", "not a URL", "http://host/debian"),
        ("debian_mirror", "http://host/$(id)", "not a plain URL", "http://host/debian"),
        ("aws_default_region", "Frankfurt", "not the name of an AWS region", "eu-central-1"),
        ("aws_default_region", "us-east-1a", "an availability zone, its region is us-east-1", "eu-central-1"),
        ("aws_default_region", "us_east_1", "not the name of an AWS region", "eu-central-1"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_in_one_line(
    tmp_path: Path, field: str, value: object, why: str, allowed: str
) -> None:
    line = refusal(tmp_path, **{field: value})
    assert line.startswith(f"{field}: ")
    assert f"(--{field.replace('_', '-')}) — " in line
    assert why in line
    _, _, what_is_allowed = line.partition("allowed: ")
    assert allowed in what_is_allowed
    shown = line.removeprefix(f"{field}: ").partition(" (--")[0]
    assert shown.strip("'…") in str(value) or shown == "''"


@pytest.mark.parametrize(
    ("field", "entry", "subject", "why", "allowed"),
    [
        ("environment", "1ST=x", "environment.1ST", "not the name of a variable", "no digit first"),
        ("environment", "MY-NAME=x", "environment.MY-NAME", "not the name of a variable", "letters, digits and _"),
        ("environment", "=x", "environment.", "not the name of a variable", "letters"),
        ("environment", "NAME", "environment", "has no =", "NAME=VALUE"),
        ("environment", "AWS_DEFAULT_REGION=", "environment.AWS_DEFAULT_REGION", "sets it", "aws_default_region"),
        ("environment", "AIRFLOW__CORE__DAGS_FOLDER=/x", "environment.AIRFLOW__CORE__DAGS_FOLDER", "sets it",
         "container_dag_path"),
        ("environment", "S3_URI=s3://x", "environment.S3_URI", "the image sets it", "set s3_uri"),
        ("environment", "PATH=/x", "environment.PATH", "the image sets it", "base image's own PATH"),
        ("labels", "team", "labels", "has no =", "NAME=VALUE"),
        ("labels", "my label=x", "labels.my label", "not the key of a label", "com.example.team"),
        ("labels", "io.airflow-ecs-image.base=x", "labels.io.airflow-ecs-image.base", "reserved", "com.example.team"),
        ("labels", "com.docker.x=y", "labels.com.docker.x", "reserved", "com.example.team"),
    ],
)  # fmt: skip
def test_a_wrong_entry_of_a_map_is_refused(
    tmp_path: Path, field: str, entry: str, subject: str, why: str, allowed: str
) -> None:
    line = refusal(tmp_path, **{field: (entry,)})
    assert line.startswith(f"{subject}: (--{field})")
    assert why in line
    assert allowed in line.partition("allowed: ")[2]


@pytest.mark.parametrize(
    "name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "aws_secret_access_key"]
)
def test_credentials_are_refused_in_the_environment_of_the_image(tmp_path: Path, name: str) -> None:
    line = refusal(tmp_path, environment=(f"{name}=canary-value",), bake_credentials=True)
    assert line.startswith(f"environment.{name}: ")
    assert "credentials would be stored in the image" in line
    assert "task role" in line
    assert "bake_credentials" in line
    assert "canary" not in line


@pytest.mark.parametrize(
    ("airflow", "python", "allowed"),
    [("3.3.2", "3.12", "Airflow 3.3.2 on 3.11 or 3.13"), ("3.3.1", None, "Airflow 2.11.2 on 3.11")],
)
def test_the_source_base_needs_a_lock(tmp_path: Path, airflow: str, python: str | None, allowed: str) -> None:
    line = refusal(tmp_path, base="source", airflow_version=airflow, python_version=python)
    assert "python_version: '3.12' (" in line
    assert f"base 'source' has no lock for Airflow {airflow} on that Python" in line
    assert allowed in line


def test_python_of_another_airflow(tmp_path: Path) -> None:
    line = refusal(tmp_path, airflow_version="2.11.2", python_version="3.13")
    assert "Airflow 2.11.2 is not supported on that Python; allowed: 3.11, 3.12" in line


@pytest.mark.parametrize(
    ("values", "why", "allowed"),
    [
        ({"dag_source": "local", "s3_uri": "s3://bucket/dags"}, "would never be read", "s3 or archive"),
        ({"dag_source": "none", "s3_uri": "s3://bucket/dags"}, "would never be read", "leave s3_uri out"),
        (
            {"dag_source": "archive", "s3_uri": "s3://bucket/dags"},
            "does not name an archive",
            "ends in .tar.gz, .tgz, .tar or .sha256",
        ),
        ({"dag_source": "archive"}, "s3_uri, which is not set", "local or none"),
    ],
)
def test_dag_source_and_s3_uri_must_agree(
    tmp_path: Path, values: dict[str, str], why: str, allowed: str
) -> None:
    line = refusal(tmp_path, **values)
    assert line.startswith(f"dag_source: '{values['dag_source']}' (--dag-source) — ")
    assert why in line
    assert allowed in line.partition("allowed: ")[2]


def test_a_password_in_the_mirror_is_refused_and_not_shown(tmp_path: Path) -> None:
    line = refusal(tmp_path, debian_mirror="https://me:canary@host/debian")
    assert "holds a user or password" in line
    assert "canary" not in line


def test_all_wrong_values_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec({"tag": "A", "airflow_version": "1"}, {"AIRFLOW_ECS_IMAGE_S3_URI": "x"}, tmp_path)
    assert caught.value.message == "3 values of the image spec are wrong"
    fields = {line.partition(":")[0] for line in caught.value.details}
    assert fields == {"tag", "airflow_version", "s3_uri"}


def test_a_very_long_value_is_cut(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, host_dag_path="../" + "x" * 10_000)) < 300
