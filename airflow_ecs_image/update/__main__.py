"""`python -m airflow_ecs_image.update`."""

from airflow_ecs_image.update.command import main

main()
