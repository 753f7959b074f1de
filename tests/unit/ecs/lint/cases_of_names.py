"""Names that nothing reads, and forms of writing that change a value."""

from __future__ import annotations

from .files import JWT, SCHEDULER, URL, Case, E, env, scheduler, worker


def shell(more: str = "", /, **changes: str | None) -> dict[str, str]:
    lines = env(SCHEDULER, **changes).splitlines()
    return {"config.sh": "".join(f"export {line}\n" for line in lines) + more}


def cfg(line: str, **changes: str | None) -> dict[str, str]:
    """airflow.cfg with one more line in [aws_ecs_executor]."""
    sections: dict[str, list[str]] = {}
    for each in env(SCHEDULER, **changes).splitlines():
        name, _, value = each.partition("=")
        _, section, option = name.lower().split("__")
        sections.setdefault(section, []).append(f"{option} = {value}")
    sections["aws_ecs_executor"].append(line)
    return {
        "airflow.cfg": "".join("\n".join([f"[{name}]", *lines]) + "\n" for name, lines in sections.items())
    }


WRONG_NAMES = (
    f"{E}AWS_CONN_ID",
    f"{E}REGION",
    "AIRFLOW__ECS_EXECUTOR__SUBNETS",
    "AIRFLOW__ECS_EXECUTOR__SECURITY_GROUPS",
    "AIRFLOW__WORKERS__EXECUTION_API_SERVER_URL",
    "AIRFLOW__SECRETS__JWT_SECRET",
    "AIRFLOW__CORE__INTERNAL_API_URL",
)
CASES = (
    *(Case("ECS301", scheduler(**{name: "value"}), name) for name in WRONG_NAMES),
    Case("ECS301", worker(AIRFLOW__WORKERS__EXECUTION_API_SERVER_URL="http://a/execution/"), "WORKERS"),
    Case("ECS302", scheduler(CLUSTER_NAME="x"), "CLUSTER_NAME"),
    Case("ECS302", scheduler(CONTAINER_NAME_CMD="cat name"), "CONTAINER_NAME_CMD"),
    Case("ECS302", {"a.env": env(SCHEDULER) + "AIRFLOW_AWS_ECS_EXECUTOR_SUBNETS=subnet-1\n"}, "AIRFLOW_AWS"),
    Case("ECS302", cfg("subnetz = subnet-1"), "subnetz"),
    Case("ECS303", cfg('platform_version = "1.4.0"'), "platform_version"),
    Case("ECS304", cfg('run_task_kwargs = {"group":"50%"}'), "run_task_kwargs"),
    Case("ECS305", shell(f"{E}PLATFORM_VERSION=1.4.0\n"), "PLATFORM_VERSION"),
    Case("ECS306", {"a.sh": shell()["config.sh"].replace("\n", "\r\n")}, "CORE__EXECUTOR"),
    Case("ECS307", {"a.env": env(SCHEDULER) + f"{E}CLUSTER=other\n"}, "CLUSTER=other"),
    Case("ECS308", scheduler(PLATFORM_VERSION='"1.4.0"'), "PLATFORM_VERSION"),
)
RIGHT = (
    shell(f"{E}PLATFORM_VERSION=1.4.0\nexport {E}PLATFORM_VERSION\n"),
    {"a.sh": "set -a\n" + env(SCHEDULER)},
    {"a.sh": shell(**{JWT: None})["config.sh"] + f': "${{{JWT}:?is not set}}"\n'},
    {"a.sh": shell(SUBNETS=None)["config.sh"] + f"export {E}SUBNETS='subnet-0a,'\"subnet-0b\"  # two\n"},
    cfg('run_task_kwargs = {"group":"50%%"}'),
    cfg("conn_id ="),
    {"a.env": env(SCHEDULER, **{JWT: None}) + f"# Secret: {JWT} (elsewhere)\n"},
    worker(**{URL: "http://10.0.0.1:8080/execution/"}),
)
