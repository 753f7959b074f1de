"""The YAML files that every worker reads come as objects, and are parsed when they have changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .start import AIRFLOW_3, TIME, install, prepare, python, write

_OPTIONS = "airflow/config_templates/config.yml"
_METRICS = "airflow/sdk/_shared/observability/metrics/metrics_template.yaml"
_PROGRAM = """
import sys, yaml
# Whoever is not told otherwise parses: then this says so.
usual = yaml.SafeLoader.get_single_data
def get_single_data(self):
    print("parsed", flush=True)
    return usual(self)
yaml.SafeLoader.get_single_data = get_single_data
packages = sys.path[1]
for path in sys.argv[1:]:
    with open(f"{packages}/{path}") as file:
        print(yaml.safe_load(file))
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    packages = tmp_path / "packages"
    install(packages, "parsed_yaml")
    for path in (_OPTIONS, _METRICS, "airflow/other.yaml"):
        write(packages, path, "a: [1, 2.5, yes, ~]\n")
    write(packages, "airflow/sdk/execution_time/execute_workload.py", _PROGRAM)
    prepare(packages, "parse-yaml")
    return packages


def said(packages: Path, *paths: str) -> list[str]:
    return python(packages, *AIRFLOW_3[:2], *paths)


CONTENT = "{'a': [1, 2.5, True, None]}"


def test_they_are_not_parsed(packages: Path) -> None:
    assert said(packages, _OPTIONS, _METRICS, _OPTIONS) == [CONTENT] * 3


def test_another_file_is_parsed(packages: Path) -> None:
    assert said(packages, "airflow/other.yaml") == ["parsed", CONTENT]


@pytest.mark.parametrize(("text", "time"), [("a: 10\n", TIME), ("a: [1, 2.5, yes, 1]\n", TIME + 1)])
def test_a_changed_file_is_parsed(packages: Path, text: str, time: int) -> None:
    file = packages / _OPTIONS
    file.write_text(text, encoding="utf-8")
    os.utime(file, (time, time))
    assert said(packages, _OPTIONS)[0] == "parsed"


@pytest.mark.parametrize("content", [b"", b"\0", None], ids=["empty", "broken", "none"])
def test_without_a_table_that_it_can_read(packages: Path, content: bytes | None) -> None:
    table = packages / "airflow_ecs_image_start" / "parsed"
    table.unlink()
    if content is not None:
        table.write_bytes(content)
    assert said(packages, _OPTIONS) == ["parsed", CONTENT]


def test_what_a_reader_changes_is_its_own(packages: Path) -> None:
    write(
        packages,
        "airflow/sdk/execution_time/execute_workload.py",
        "import sys, yaml\n"
        f"path = sys.path[1] + '/{_OPTIONS}'\n"
        "first, second = (yaml.safe_load(open(path).__enter__()) for _ in range(2))\n"
        "first['a'].clear()\nprint(second)\n",
    )
    assert said(packages) == [CONTENT]


def test_other_loaders_and_commands_parse(packages: Path) -> None:
    program = _PROGRAM.replace("yaml.safe_load(file)", "yaml.load(file, yaml.FullLoader)")
    program = program.replace("yaml.SafeLoader.get", "yaml.FullLoader.get")
    write(packages, "airflow/sdk/execution_time/execute_workload.py", program)
    assert said(packages, _OPTIONS) == ["parsed", CONTENT]
    write(packages, "airflow/sdk/execution_time/other.py", _PROGRAM)
    assert python(packages, "-m", "airflow.sdk.execution_time.other", _OPTIONS) == ["parsed", CONTENT]


# The shape of Airflow's modules, which import PyYAML when they parse.
_READER = """
def safe_load(stream):
    import yaml
    return yaml.load(stream, yaml.SafeLoader)
"""
_REGISTRY = """
def read_metrics_yaml(yaml_path):
    from pathlib import Path
    import yaml
    if not Path(yaml_path).exists():
        raise FileNotFoundError(f"The provided YAML file doesn't exist: '{yaml_path}'")
    with open(yaml_path) as file:
        return yaml.safe_load(file)["metrics"]
"""


@pytest.mark.parametrize("module", ["airflow.utils.yaml", "airflow.sdk.yaml"])
def test_without_anything_to_parse_the_parser_is_not_imported(packages: Path, module: str) -> None:
    write(packages, f"{module.replace('.', '/')}.py", _READER)
    write(
        packages,
        "airflow/sdk/execution_time/execute_workload.py",
        f"import sys\nfrom {module} import safe_load\n"
        f"for path in sys.argv[1:]:\n    with open(sys.path[1] + '/' + path) as file:\n"
        "        print(safe_load(file), 'yaml' in sys.modules)\n",
    )
    assert said(packages, _OPTIONS, "airflow/other.yaml") == [f"{CONTENT} False", f"{CONTENT} True"]


@pytest.mark.parametrize("above", ["airflow", "airflow/sdk"])
def test_the_list_of_metrics_is_not_parsed(packages: Path, above: str) -> None:
    registry = f"{above}/_shared/observability/metrics/metrics_registry"
    listed = f"{above}/_shared/observability/metrics/metrics_template.yaml"
    for path in (listed, "airflow/other.yaml"):
        write(packages, path, "metrics: [{name: a}]\n")
    write(packages, f"{registry}.py", _REGISTRY)
    write(
        packages,
        "airflow/sdk/execution_time/execute_workload.py",
        f"import sys\nfrom {registry.replace('/', '.')} import read_metrics_yaml\n"
        "for path in sys.argv[1:]:\n    try:\n        said = read_metrics_yaml(sys.path[1] + '/' + path)\n"
        "    except FileNotFoundError as error:\n        said = str(error).partition(':')[0]\n"
        "    print(said, 'yaml' in sys.modules)\n",
    )
    prepare(packages, "parse-yaml")
    assert said(packages, listed, "airflow/other.yaml", "airflow/none.yaml") == [
        "[{'name': 'a'}] False",
        "[{'name': 'a'}] True",
        "The provided YAML file doesn't exist True",
    ]
