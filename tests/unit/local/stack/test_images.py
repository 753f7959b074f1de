"""When two worker images have one control plane."""

from __future__ import annotations

from dataclasses import replace

import pytest

from airflow_ecs_image.engine.images import HistoryEntry, ImageDetails
from airflow_ecs_image.local.stack.images import _EMPTY_LAYER, _made_from, _pages
from airflow_ecs_image.spec.label_names import AIRFLOW_VERSION, OWN

IMAGE = ImageDetails(
    id="sha256:1",
    tags=("worker:1",),
    digests=(),
    architecture="amd64",
    os="linux",
    environment={"AIRFLOW_HOME": "/opt/airflow"},
    labels={AIRFLOW_VERSION: "3.3.2", f"{OWN}.base": "source", f"{OWN}.dag-hash": "1"},
    user="50000",
    working_directory="/opt/airflow",
    entrypoint=("/entrypoint",),
    cmd=(),
    history=(
        HistoryEntry("WORKDIR /opt/airflow", "", 0),
        HistoryEntry("COPY /layer/ / # buildkit", "", 3000),
        HistoryEntry("COPY /root-filesystem/ / # buildkit", "", 100_000),
    ),
    layers=("sha256:debian", "sha256:dags", _EMPTY_LAYER),
    size_bytes=1,
    created="",
)
OTHER_DAGS = replace(IMAGE, id="sha256:2", layers=("sha256:debian", "sha256:other-dags", _EMPTY_LAYER))


def made_from(image: ImageDetails, *, has_own_dags: bool = True) -> list[str]:
    return list(_made_from(image, has_own_dags=has_own_dags))


def packed(*layers: str) -> ImageDetails:
    """An image with the DAG files in these layers, as `build` sends them; the last archive holds folders alone."""
    steps = [
        HistoryEntry(f"ADD dag-layer.tar.{number} / # buildkit", "", 3000 if number < len(layers) else 0)
        for number in range(len(layers), 0, -1)
    ]
    if len(layers) == 1:
        steps = [HistoryEntry("ADD dag-layer.tar / # buildkit", "", 3000)]
    history = (IMAGE.history[0], *steps, *IMAGE.history[2:])
    return replace(IMAGE, history=history, layers=("sha256:debian", *layers, _EMPTY_LAYER))


@pytest.mark.parametrize("number", [1, 8])
def test_dags_that_were_sent_as_layers_make_no_other_control_plane(number: int) -> None:
    one, other = ([f"sha256:{name}-{place}" for place in range(number)] for name in ("one", "other"))
    assert made_from(packed(*one)) == made_from(packed(*other))
    assert made_from(packed(*one))[0] == "sha256:debian"
    assert made_from(packed(*one), has_own_dags=False) != made_from(packed(*other), has_own_dags=False)


def test_other_dags_alone_make_no_other_control_plane() -> None:
    assert made_from(IMAGE) == made_from(OTHER_DAGS)
    assert made_from(IMAGE, has_own_dags=False) != made_from(OTHER_DAGS, has_own_dags=False)


@pytest.mark.parametrize(
    "other",
    [
        replace(IMAGE, layers=("sha256:other-debian", "sha256:dags", _EMPTY_LAYER)),
        replace(IMAGE, environment={"AIRFLOW_HOME": "/elsewhere"}),
        replace(IMAGE, user="0"),
        replace(IMAGE, entrypoint=()),
    ],
)
def test_anything_else_does(other: ImageDetails) -> None:
    assert made_from(IMAGE) != made_from(other)


def test_a_layer_that_is_not_the_dags_counts() -> None:
    own = HistoryEntry("RUN make-something # a template of the user's", "", 10)
    one = replace(IMAGE, history=(own, *IMAGE.history), layers=(*IMAGE.layers, "sha256:own-1"))
    other = replace(one, layers=(*IMAGE.layers, "sha256:own-2"))
    assert made_from(one) != made_from(other)


def test_pages_come_from_the_distribution_that_has_them_by_hash() -> None:
    assert _pages(IMAGE, "3.13").startswith("apache-airflow-core==3.3.2 --hash=sha256:")
    airflow_2 = replace(IMAGE, labels={**IMAGE.labels, AIRFLOW_VERSION: "2.11.2"})
    assert _pages(airflow_2, "3.11").startswith("apache-airflow==2.11.2 --hash=sha256:")
    official = replace(IMAGE, labels={**IMAGE.labels, f"{OWN}.base": "official"})
    assert _pages(official, "3.13") == ""
