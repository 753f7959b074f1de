"""What scheduler and API server need beside the executor's options."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_ecs_image.ecs.control_plane_environment import JWT_SECRET, Component
from airflow_ecs_image.ecs.lint.model import Hit, Inputs, Severity, rule
from airflow_ecs_image.ecs.lint.wording import line_in, name_in, named, quoted
from airflow_ecs_image.ecs.worker_environment import EXECUTOR
from airflow_ecs_image.spec.ecs_model import EXECUTOR as ECS_EXECUTOR

_SIGN = (Component.ALL, Component.SCHEDULER, Component.API_SERVER)
_PRIVATE_KEY = "AIRFLOW__API_AUTH__JWT_PRIVATE_KEY_PATH"
# RFC 7518, 3.2: a key of HS512 has at least the size of its hash; PyJWT warns below that (InsecureKeyLengthWarning).
_LEAST_BYTES = 64


@rule(
    "ECS501",
    Severity.ERROR,
    "no secret that signs tokens",
    why="each process of Airflow 3 then makes one of its own: the API server refuses every worker with `Invalid auth token: Signature "
    "verification failed`",
)
def no_jwt_secret(inputs: Inputs) -> Iterator[Hit]:
    """On scheduler and API server, by value, _CMD, _SECRET or a private key."""
    for side in inputs.control():
        if side.component not in _SIGN or side.major < 3 or not side.settings:
            continue
        if side.get(JWT_SECRET) is None and side.get(_PRIVATE_KEY) is None:
            mend = (
                f"{name_in(side.kind, JWT_SECRET)}, the same on scheduler and API server: `openssl rand -base64 64 | tr -d '\\n'` "
                f"makes one; where it is set elsewhere, a comment `# Secret: {JWT_SECRET}` says so"
            )
            yield Hit(side.position, f"{name_in(side.kind, JWT_SECRET)} is not set", mend)


@rule(
    "ECS502",
    Severity.ADVICE,
    "a secret that is too short to sign tokens",
    why="HS512 wants 64 bytes: PyJWT warns of it (InsecureKeyLengthWarning), and short secrets can be guessed from one token",
)
def short_jwt_secret(inputs: Inputs) -> Iterator[Hit]:
    """Its length is said, never the secret."""
    for side in inputs.control():
        setting = side.settings.get(JWT_SECRET)
        if setting and setting.value is not None and len(setting.value.encode()) < _LEAST_BYTES:
            yield Hit(
                setting.position,
                f"{named(setting)} has {len(setting.value.encode())} bytes",
                "openssl rand -base64 64 | tr -d '\\n'",
            )


@rule(
    "ECS503",
    Severity.ERROR,
    "an executor list without the ECS executor",
    why="no task ever goes to ECS: those that name the executor do not import, the others run on the default one",
)
def no_ecs_executor(inputs: Inputs) -> Iterator[Hit]:
    """On every side that parses DAGs or starts tasks."""
    for side in inputs.control():
        setting = side.settings.get(EXECUTOR)
        right = line_in(setting.kind if setting else side.kind, EXECUTOR, f"LocalExecutor,{ECS_EXECUTOR}")
        if setting and setting.value is not None:
            if not any(each.strip().endswith("AwsEcsExecutor") for each in setting.value.split(",")):
                yield Hit(setting.position, f"{named(setting)} is {quoted(setting.value)}", right)
        elif setting is None and side.settings and side.component in (Component.ALL, Component.SCHEDULER):
            yield Hit(side.position, f"{name_in(side.kind, EXECUTOR)} is not set", right)
