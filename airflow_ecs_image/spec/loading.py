"""From the command line, the environment and image.toml to one image spec."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from airflow_ecs_image.errors import CredentialsRefused, SpecError
from airflow_ecs_image.spec.ecs_model import TABLE, EcsSpec
from airflow_ecs_image.spec.model import ImageSpec
from airflow_ecs_image.spec.refusal import CredentialsWithoutOrder
from airflow_ecs_image.spec.sources import Gathered, gather
from airflow_ecs_image.spec.wording import line

_DEFAULT_REQUIREMENTS = "requirements.txt"


def load_spec(cli: Mapping[str, object], environment: Mapping[str, str], directory: Path) -> ImageSpec:
    """Make the spec of a working directory; highest precedence first: `cli`, `environment`, image.toml, default.

    `cli` has field names as keys; None and empty tuples stand for options that were not given. Raises SpecError with
    one line for each wrong value, as its message when there is one, else as its details; and CredentialsRefused when
    all is right but credentials were given without `bake_credentials`.
    """
    gathered = gather(cli, environment, directory)
    values = dict(gathered.values)
    if "requirements_path" not in values and (directory / _DEFAULT_REQUIREMENTS).is_file():
        values["requirements_path"] = _DEFAULT_REQUIREMENTS
    lines, refused, spec = list(gathered.wrong), None, None
    try:
        spec = ImageSpec.model_validate(values, context={"directory": directory})
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            reason = error.get("ctx", {}).get("error")
            if isinstance(reason, CredentialsWithoutOrder):
                refused = _credentials_refused(reason, gathered)
            elif error["type"] != "default_factory_not_called":
                lines.append(line(error, gathered))
    if refused and lines:
        lines.append(refused.message)
    elif refused:
        raise refused
    if spec is None or lines:
        raise _spec_error(lines)
    return spec


def load_ecs_spec(
    cli: Mapping[str, object],
    environment: Mapping[str, str],
    directory: Path,
    *,
    otherwise: Mapping[str, object] | None = None,
) -> EcsSpec:
    """Make the ECS spec of a working directory, by the same precedence from the table [ecs] of image.toml.

    `otherwise` has values for the fields that no source gives, such as the outputs of a stack. Raises SpecError with one
    line for each wrong value.
    """
    gathered = gather(cli, environment, directory, table=TABLE)
    values = {**(otherwise or {}), **gathered.values}
    gathered.values = values
    lines, spec = list(gathered.wrong), None
    try:
        spec = EcsSpec.model_validate(values)
    except ValidationError as invalid:
        lines += [
            line(error, gathered)
            for error in invalid.errors(include_url=False)
            if error["type"] != "default_factory_not_called"
        ]
    if spec is None or lines:
        raise _spec_error(lines, "ECS")
    return spec


def _spec_error(lines: list[str], kind: str = "image") -> SpecError:
    if len(lines) == 1:
        return SpecError(lines[0])
    return SpecError(f"{len(lines)} values of the {kind} spec are wrong", details=tuple(lines))


def _credentials_refused(reason: CredentialsWithoutOrder, gathered: Gathered) -> CredentialsRefused:
    given = ", ".join(f"{name} ({gathered.origin(name)})" for name in reason.fields)
    return CredentialsRefused(
        f"{given} — {reason.why}; allowed: {reason.allowed}",
        mend="leave the credentials out and give the ECS task a task role, or add --bake-credentials",
    )
