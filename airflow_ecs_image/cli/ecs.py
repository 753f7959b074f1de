"""`ecs`: the AWS side that matches an image."""

from __future__ import annotations

from airflow_ecs_image.cli.ecs_env import env
from airflow_ecs_image.cli.ecs_iam import iam
from airflow_ecs_image.cli.ecs_lint import lint
from airflow_ecs_image.cli.ecs_stack import stack
from airflow_ecs_image.cli.ecs_task_definition import task_definition
from airflow_ecs_image.cli.help_page import VerbCommand
from airflow_ecs_image.cli.sub_verbs import SubVerbs

SUB_VERBS: list[VerbCommand] = [stack, task_definition, iam, env, lint]

command = SubVerbs(
    "ecs",
    SUB_VERBS,
    short_help="Task definition, policies, configuration and stack that match the image.",
    help="The AWS side that matches the image, as files: from image.toml, its table [ecs], and options.",
)
