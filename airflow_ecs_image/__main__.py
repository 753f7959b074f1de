"""`python -m airflow_ecs_image`: the same command line as `airflow-ecs-image`."""

from airflow_ecs_image.cli import main

if __name__ == "__main__":
    main()
