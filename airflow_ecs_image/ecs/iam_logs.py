"""Statements for Airflow's task logs in S3 or CloudWatch: who writes them, who shows them."""

from __future__ import annotations

from airflow_ecs_image.ecs.iam_model import Statement
from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.spec import EcsSpec

_CLOUDWATCH = "cloudwatch://"


def write_logs(ecs: EcsSpec, place: Place) -> list[Statement]:
    """What Airflow needs to write a task's log to `remote_logs`; nothing where that is not set."""
    if ecs.remote_logs is None:
        return []
    if ecs.remote_logs.startswith(_CLOUDWATCH):
        group = _log_group_arn(ecs.remote_logs)
        return [
            Statement(
                "WriteTaskLogs",
                "Airflow streams each task's log to a stream of its own in this group.",
                ("logs:CreateLogStream", "logs:PutLogEvents"),
                (f"{group}:*",),
            ),
            Statement(
                "FindLogGroup",
                "Airflow asks whether the group exists before it writes; IAM narrows this to the groups of a region.",
                ("logs:DescribeLogGroups",),
                (f"{group.partition(':log-group:')[0]}:log-group:*",),
            ),
        ]
    bucket, objects = _bucket_and_objects(ecs.remote_logs, place)
    return [
        Statement(
            "WriteTaskLogs",
            "Airflow uploads each task's log, and reads what an earlier try left there to add to it.",
            ("s3:GetObject", "s3:PutObject"),
            (objects,),
        ),
        Statement(
            "SeeMissingLogs",
            "Without it S3 calls a log that is not there yet forbidden, and Airflow then uploads none (a condition on the "
            "prefix has the same effect).",
            ("s3:ListBucket",),
            (bucket,),
        ),
    ]


def read_logs(ecs: EcsSpec, place: Place) -> list[Statement]:
    """What Airflow needs to show the logs in `remote_logs`; nothing where that is not set."""
    if ecs.remote_logs is None:
        return []
    if ecs.remote_logs.startswith(_CLOUDWATCH):
        group = _log_group_arn(ecs.remote_logs)
        return [
            Statement(
                "ReadTaskLogs",
                "The user interface shows a task's log from its stream.",
                ("logs:DescribeLogStreams", "logs:GetLogEvents"),
                (f"{group}:*",),
            )
        ]
    bucket, objects = _bucket_and_objects(ecs.remote_logs, place)
    prefix = objects.partition("/")[2]
    return [
        Statement(
            "ReadTaskLogs",
            "The user interface shows a task's log from its object.",
            ("s3:GetObject",),
            (objects,),
        ),
        Statement(
            "ListTaskLogs",
            "The user interface looks for the tries of a task, which are objects below one prefix.",
            ("s3:ListBucket",),
            (bucket,),
            {"StringLike": {"s3:prefix": prefix}} if prefix != "*" else {},
        ),
    ]


def _log_group_arn(remote_logs: str) -> str:
    return remote_logs.removeprefix(_CLOUDWATCH).removesuffix(":*").rstrip("/")


def _bucket_and_objects(uri: str, place: Place) -> tuple[str, str]:
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    arn = f"arn:{place.partition}:s3:::{bucket}"
    return arn, f"{arn}/{prefix.rstrip('/')}/*" if prefix.rstrip("/") else f"{arn}/*"
