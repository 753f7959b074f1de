"""From container start to Airflow: how long fetching the DAGs takes, by this project and by others."""
