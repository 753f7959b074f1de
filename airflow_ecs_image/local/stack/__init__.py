"""The services of a local stack: made, found, and removed without a trace."""

from airflow_ecs_image.local.stack.dags import refresh_dags
from airflow_ecs_image.local.stack.down import down
from airflow_ecs_image.local.stack.finding import find
from airflow_ecs_image.local.stack.request import Ports, StackRequest
from airflow_ecs_image.local.stack.up import up

__all__ = ["Ports", "StackRequest", "down", "find", "refresh_dags", "up"]
