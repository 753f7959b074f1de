"""Runs inside an image by `python -`: the executor package's own code on configurations, as one JSON object on the last line.

/configuration holds shell files, which a real sh reads, and airflow.cfg.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path("/configuration")
ECS_EXECUTOR = "AwsEcsExecutor"
COMMAND = ["python", "-m", "airflow.sdk.execution_time.execute_workload", "--json-string", "{}"]
BEFORE = dict(os.environ)


def environment_of(file: Path) -> dict[str, str]:
    done = subprocess.run(["sh", "-c", f". {file} && env -0"], check=True, capture_output=True, text=True)
    return dict(line.partition("=")[::2] for line in done.stdout.split("\0") if line)


def problems_of(request: dict[str, Any]) -> str:
    """What botocore says of a RunTask request before it sends it."""
    from botocore.session import get_session
    from botocore.validate import ParamValidator

    shape = get_session().get_service_model("ecs").operation_model("RunTask").input_shape
    return str(ParamValidator().validate(request, shape).generate_report())


def dag_tasks() -> dict[str, dict[str, Any]]:
    """The executor_config of each task that names the ECS executor, as the DAG has it."""
    try:
        from airflow.dag_processing.dagbag import DagBag  # type: ignore[import-not-found]
    except ImportError:
        from airflow.models.dagbag import DagBag  # type: ignore[import-not-found]
    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    assert not bag.import_errors, bag.import_errors
    return {
        f"{name}.{task.task_id}": dict(task.executor_config or {})
        for name, dag in bag.dags.items()
        for task in dag.tasks
        if ECS_EXECUTOR in str(task.executor)
    }


def outcome() -> dict[str, Any]:
    """The requests of the executor as it is configured now, or how it ends."""
    from airflow.configuration import conf  # type: ignore[import-not-found]
    from airflow.providers.amazon.aws.executors.ecs.ecs_executor import (  # type: ignore[import-not-found]
        AwsEcsExecutor,
    )
    from airflow.providers.amazon.aws.executors.ecs.ecs_executor_config import (  # type: ignore[import-not-found]
        build_task_kwargs,
    )

    try:
        built = build_task_kwargs(conf)
        executor = AwsEcsExecutor()
        tasks = {"": {}, **dag_tasks()}
        requests = {
            name: executor._run_task_kwargs(("d", "t", "r", 1), COMMAND, "default", config)
            for name, config in tasks.items()
        }
    except Exception as error:  # noqa: BLE001 - how it ends is the answer
        return {"ended": f"{type(error).__name__}: {error}"}
    return {
        "built": built,
        "requests": requests,
        "problems": {name: problems_of(request) for name, request in requests.items()},
    }


def options_of_cfg() -> dict[str, Any]:
    """What `airflow config get-value` prints for one option, and Airflow's own reader for all."""
    environment = {**BEFORE, "AIRFLOW_CONFIG": str(FOLDER / "airflow.cfg")}
    environment.pop("AIRFLOW__CORE__EXECUTOR", None)
    script = (
        "import json; from airflow.configuration import conf\n"
        "import configparser, os\n"
        "parser = configparser.ConfigParser(); parser.read(os.environ['AIRFLOW_CONFIG'])\n"
        "print(json.dumps({s: {o: conf.get(s, o) for o in parser[s]} for s in parser.sections()}))\n"
    )
    read = subprocess.run(
        ["python", "-c", script], env=environment, check=True, capture_output=True, text=True
    )
    command = ["airflow", "config", "get-value", "aws_ecs_executor", "run_task_kwargs"]
    value = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return {"options": json.loads(read.stdout.splitlines()[-1]), "get_value": value.stdout.splitlines()[-1]}


def main() -> None:
    answer_to = os.dup(1)
    os.dup2(2, 1)
    outcomes = {}
    for file in sorted(FOLDER.glob("*.sh")):
        os.environ.clear()
        os.environ.update({**BEFORE, **environment_of(file)})
        outcomes[file.stem] = outcome()
    answer = {"outcomes": outcomes, "cfg": options_of_cfg()}
    os.write(answer_to, ("\n" + json.dumps(answer) + "\n").encode())


main()
