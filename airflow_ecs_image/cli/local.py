"""`local`: the real executor on one machine."""

from __future__ import annotations

from airflow_ecs_image.cli.help_page import VerbCommand
from airflow_ecs_image.cli.local_down import down
from airflow_ecs_image.cli.local_load import load
from airflow_ecs_image.cli.local_logs import logs
from airflow_ecs_image.cli.local_ps import ps
from airflow_ecs_image.cli.local_run import run
from airflow_ecs_image.cli.local_up import up
from airflow_ecs_image.cli.sub_verbs import SubVerbs

SUB_VERBS: list[VerbCommand] = [up, run, logs, ps, load, down]

command = SubVerbs(
    "local",
    SUB_VERBS,
    short_help="Run DAGs by the real ECS executor on this machine.",
    help="Airflow with its real scheduler and its real ECS executor on this machine, in containers of the image: an endpoint "
    "answers in the place of ECS, and containers stand for its tasks. No AWS account is needed.",
)
