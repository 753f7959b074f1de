"""Airflow with its real ECS executor on one machine: containers stand for the tasks of ECS."""
