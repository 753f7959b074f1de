"""What a machine needs before it can build images: found by `doctor`, installed and started by `install`."""

from airflow_ecs_image.setup.doctor import doctor
from airflow_ecs_image.setup.emulation import needs_emulation
from airflow_ecs_image.setup.installation import Component, components_for, install
from airflow_ecs_image.setup.machine import Machine, this_machine
from airflow_ecs_image.setup.prerequisites import Prerequisite, State

__all__ = [
    "Component",
    "Machine",
    "Prerequisite",
    "State",
    "components_for",
    "doctor",
    "install",
    "needs_emulation",
    "this_machine",
]
