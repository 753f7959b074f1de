"""Tasks that ECS cannot run: each names what does not fit in its `executor_config`."""

# mypy: ignore-errors
# ruff: noqa: T201

from __future__ import annotations

from scenario_dag import scenario, task

CONFIGURATIONS = {
    "image_missing": {"taskDefinition": "scenario-image-missing"},
    "task_definition_missing": {"taskDefinition": "scenario-nowhere"},
    "cluster_missing": {"cluster": "scenario-nowhere"},
    "container_of_another_name": {"taskDefinition": "scenario-another-container"},
    "no_such_size": {
        "overrides": {"cpu": "256", "memory": "8192", "containerOverrides": [{"name": "airflow"}]}
    },
}

with scenario("REFUSED") as dag:
    for name, configuration in CONFIGURATIONS.items():

        @task(task_id=name, executor_config=configuration)
        def never() -> None:
            print("this must not run")

        never()
