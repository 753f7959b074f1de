"""The arguments of a build: complete, and without a secret."""

from __future__ import annotations

from pathlib import Path

from airflow_ecs_image.engine import BuildRequest, Secret


def request(**changes: object) -> BuildRequest:
    return BuildRequest(
        dockerfile="FROM scratch\n",
        context=Path("context"),
        tags=("image:1",),
        platform="linux/arm64",
        **changes,  # type: ignore[arg-type]
    )


def test_every_field_has_its_option() -> None:
    arguments = request(
        build_args={"a": "1 2"},
        labels={"name": "value"},
        no_cache=True,
        target="final",
        pull=True,
        network="none",
        source_date_epoch=5,
    ).arguments()

    assert " ".join(arguments) == (
        "--platform linux/arm64 --provenance=false --build-arg a=1 2 --build-arg SOURCE_DATE_EPOCH=5"
        " --label name=value --pull --target final --network none --no-cache"
    )


def test_single_stages_are_built_anew() -> None:
    assert request(fresh_stages=("packages", "dags")).arguments()[-2:] == [
        "--no-cache-filter",
        "packages,dags",
    ]


def test_no_secret_is_an_argument_or_shows_in_the_request() -> None:
    secretive = request(
        secret_build_args={"aws_secret_access_key": "canary-argument"},
        secrets=(Secret("index", value="canary-value"), Secret("pip-conf", Path("pip.conf"))),
    )

    arguments = secretive.arguments()

    assert "canary" not in " ".join(arguments)
    assert "canary" not in repr(secretive)
    assert arguments[3:5] == ["--build-arg", "aws_secret_access_key"]
    assert set(secretive.secret_environment().values()) == {"canary-argument", "canary-value"}


def test_a_path_may_hold_a_comma() -> None:
    arguments = request(secrets=(Secret("pip-conf", Path('a,b "c"')),)).arguments()

    assert arguments[-1] == 'id=pip-conf,"src=a,b ""c"""'
