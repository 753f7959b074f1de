"""Task logs outside of the container: the same settings for who writes them and who shows them."""

from __future__ import annotations

from airflow_ecs_image.spec import EcsSpec


def remote_logging(ecs: EcsSpec) -> dict[str, str]:
    """Airflow's variables for `remote_logs`, none when it is not set.

    No connection is named: boto3 finds the role of the task or the scheduler by itself.
    """
    if ecs.remote_logs is None:
        return {}
    return {
        "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
        "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": ecs.remote_logs.rstrip("/"),
    }
