"""The AWS side that matches an image: task definition, policies, Airflow's configuration, the stack."""
