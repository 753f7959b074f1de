"""The imports of a worker, summed up by package."""

from __future__ import annotations

import pytest

from bench.start_up.import_time import milliseconds_by_package, package_of, top
from bench.start_up.split import floors_of, modules_of, of_the_worker

# The second process of a worker of Airflow 3 writes through its parent's log.
TEXT = r"""
import time: self [us] | cumulative | imported package
import time:       182 |        182 |   encodings.aliases
import time:      2500 |      90000 | airflow.sdk.definitions.dag
import time:       500 |        500 |   airflow
{"timestamp":"…","event":"import time:      1000 |       1500 |   airflow.sdk","logger":"task.stderr"}
{"timestamp":"…","event":"import time:      4000 |       4000 |     airflow.providers.amazon.aws.hooks","logger":"x"}
"""


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("airflow", "airflow"),
        ("airflow.sdk.definitions.dag", "airflow.sdk"),
        ("airflow.providers", "airflow.providers"),
        ("airflow.providers.amazon.aws.hooks", "airflow.providers.amazon"),
        ("sqlalchemy.orm.session", "sqlalchemy"),
        ("json.decoder", "standard library"),
        ("_json", "standard library"),
    ],
)
def test_a_module_belongs_to_a_package(module: str, package: str) -> None:
    assert package_of(module) == package


def test_packages_are_summed_up_and_the_longest_comes_first() -> None:
    assert milliseconds_by_package(TEXT) == {
        "airflow.providers.amazon": 4.0,
        "airflow.sdk": 3.5,
        "airflow": 0.5,
        "standard library": 0.2,
    }


def test_what_is_not_shown_is_added_up() -> None:
    assert top({"a": 5.0, "b": 3.0, "c": 1.0, "d": 0.5}, 2) == {"a": 5.0, "b": 3.0, "everything else": 1.5}


def test_a_fetch_in_python_is_not_the_worker() -> None:
    stderr = "import time: 7 | 7 | awscli\nstart-up-mark exec:python 1.5\nimport time: 8 | 8 | airflow\n"

    assert milliseconds_by_package(of_the_worker(stderr)) == {"airflow": 0.0}


def test_modules_keep_their_order_and_lose_what_only_a_run_has() -> None:
    line = (
        '{"event":"start-up-modules sys,__main__,six.moves,a-b,unusual_prefix_12_dag","logger":"task.stdout"}'
    )

    assert modules_of(line) == ("sys", "six.moves", "a-b")
    assert modules_of("nothing of it") == ()


def test_floors_are_read_from_the_output() -> None:
    assert floors_of("start-up-floor shell 2.4\nstart-up-floor imports 980.5\n") == {
        "shell": 2.4,
        "imports": 980.5,
    }
