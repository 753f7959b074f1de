"""What runs in the container before Airflow: the entrypoints and the fetching of DAGs."""
