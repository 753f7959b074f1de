"""Tasks without containers: they take ECS's states at configured times, and a simulated worker does to Airflow what a worker does."""
