"""What a layer is for, in a few words: told by what it holds, so that images built elsewhere are told too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from airflow_ecs_image.size_report.model import Kind, LayerFiles

AIRFLOW = frozenset({"apache-airflow", "apache-airflow-core"})
EXECUTOR_PACKAGE = "apache-airflow-providers-amazon"
REQUIREMENTS = "requirements"
_BYTECODE = ".pyc"


def role(
    layer: LayerFiles, weights: Mapping[Kind, int], environments: Mapping[str, int], *, above: bool
) -> str:
    """The role of a layer.

    `weights` are its bytes by kind, `environments` those of its distributions by where they are installed (empty for
    Airflow's own environment). `above`: whether Airflow stands in a lower layer.
    """
    heaviest = Counter(weights).most_common(1)
    if not heaviest or not heaviest[0][1]:
        return "no files" if layer.readable else "not readable"
    kind = heaviest[0][0]
    if kind in ("operating system", "Python"):
        return "operating system and Python"
    return _of_packages(layer, environments, above=above) if kind == "distribution" else kind


def _of_packages(layer: LayerFiles, environments: Mapping[str, int], *, above: bool) -> str:
    """The role of a layer that is mostly files of distributions."""
    names = {each.name for each in layer.distributions}
    if where := Counter(environments).most_common(1)[0][0]:
        return "AWS CLI" if "awscli" in names else f"packages in {where}"
    if AIRFLOW & names:
        return "Airflow and the executor package" if EXECUTOR_PACKAGE in names else "Airflow"
    compiled = _compiled(layer)
    if EXECUTOR_PACKAGE in names:
        return "executor package and bytecode" if compiled else "executor package"
    if names:
        return REQUIREMENTS if above else "packages"
    return "bytecode" if compiled else "files of packages"


def _compiled(layer: LayerFiles) -> bool:
    """Whether at least half of its bytes are bytecode."""
    compiled = sum(file.bytes for file in layer.files if file.path.endswith(_BYTECODE))
    return 2 * compiled >= sum(file.bytes for file in layer.files)
