"""Render, build and prove the container image for Apache Airflow's AWS ECS executor."""

__version__ = "0.1.0"
