"""Names that stand for what the stack makes or is given, in texts which `!Sub` completes."""

from __future__ import annotations

from airflow_ecs_image.ecs.place import Place
from airflow_ecs_image.ecs.stack_values import StackValues
from airflow_ecs_image.ecs.stack_yaml import quoted, substituted

CONDITIONAL = {
    f"The{name}": f"!If [New{name}, !Ref {name}, !Ref Existing{name}]"
    for name in ("Cluster", "Repository", "DagBucket", "LogBucket")
}
"""What is made unless an existing one is named, by a name for both, as YAML."""


class StackPlace(Place):
    """Wherever the stack is deployed: its ARNs are texts for `!Sub`."""

    @property
    def partition(self) -> str:
        """The partition of the stack, such as `aws-cn`."""
        return "${AWS::Partition}"


PLACE = StackPlace("${AWS::Region}", "${AWS::AccountId}")


def sub(text: str) -> str:
    """A text with such names as YAML."""
    return substituted(text, CONDITIONAL)


def literally(text: str) -> str:
    """A value of the user in such a text."""
    return text.replace("${", "${!")


def remote_folder(values: StackValues) -> str:
    """Where Airflow's task logs go: an address in such a form."""
    if values.log_group_arn:
        return f"cloudwatch://{literally(values.log_group_arn)}"
    return "s3://" + "/".join(filter(None, ["${TheLogBucket}", literally(values.logs.path)]))


def execution_role(values: StackValues) -> str:
    """The ARN of the execution role as YAML."""
    return quoted(values.execution_role_arn) if values.execution_role_arn else "!GetAtt ExecutionRole.Arn"


def task_role(values: StackValues) -> str:
    """The ARN of the task role as YAML."""
    return quoted(values.task_role_arn) if values.task_role_arn else "!GetAtt TaskRole.Arn"
