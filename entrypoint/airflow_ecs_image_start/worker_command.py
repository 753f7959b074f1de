"""Which commands are a worker's: what the executor package sends to a container."""


def is_worker(arguments: list[str]) -> bool:
    """Whether these are a worker's of either line."""
    return is_airflow_2(arguments) or is_airflow_3(arguments)


def is_airflow_3(arguments: list[str]) -> bool:
    """Whether these are `python -m airflow.sdk.execution_time.execute_workload …`."""
    return arguments[1:3] == ["-m", "airflow.sdk.execution_time.execute_workload"]


def is_airflow_2(arguments: list[str]) -> bool:
    """Whether these are `airflow tasks run …`, as the interpreter is given them: the program by its path."""
    return arguments[1:2] != [] and arguments[1].endswith("/airflow") and arguments[2:4] == ["tasks", "run"]
