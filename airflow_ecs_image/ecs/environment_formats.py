"""One environment as text: shell exports, an env file, airflow.cfg or JSON; the same bytes for the same environment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from airflow_ecs_image.ecs.control_plane_environment import Component, ComponentEnvironment
from airflow_ecs_image.errors import SpecError

_OPTION = re.compile(r"AIRFLOW__([A-Z0-9_]+?)__([A-Z0-9_]+)")
_SHELL_MEND = "--format shell, which can write every value"
HEAD = "Component: {component}; Airflow {version}"
"""The line of the head by which `ecs lint` knows what a file is for."""
SECRET = "Secret: "  # noqa: S105 - the start of a comment
"""What a comment begins with that names a variable which is set elsewhere."""


def as_shell(environment: ComponentEnvironment) -> str:
    """Exports that sh and bash read with `.`; a secret that is not there ends the script with its name."""
    lines = list(_head(environment, "Read it in the shell that starts Airflow:  . ./ecs_executor_config.sh"))
    for group in environment.groups:
        lines += ["", f"# {group.why}"]
        lines += [shell_line(name, value) for name, value in group.variables.items()]
    if environment.secrets:
        lines += [
            "",
            "# Secrets come from where you keep them, before this file; it stops where one is missing.",
        ]
    for name, what in environment.secrets.items():
        lines += [f': "${{{name}:?is not set: {_plain(what)}}}"', f"export {name}"]
    return _text(lines)


def as_env(environment: ComponentEnvironment) -> str:
    """NAME=VALUE lines that `docker run --env-file` and systemd's EnvironmentFile= read alike.

    Docker takes the rest of the line as it stands; systemd gives a meaning to quotes at the start, to backslashes and to
    spaces at the ends (systemd.exec(5)). SpecError for a value that the two would read differently.
    """
    use = (
        "Read by `docker run --env-file FILE` and by EnvironmentFile=FILE of systemd. Values have no quotes."
    )
    lines = list(_head(environment, use))
    for group in environment.groups:
        lines += ["", f"# {group.why}"]
        lines += [env_line(name, value) for name, value in group.variables.items()]
    return _text([*lines, *_secret_comments(environment)])


def as_cfg(environment: ComponentEnvironment) -> str:
    """Sections of airflow.cfg; a variable that is no option of Airflow's is named in a comment. SpecError as in `as_env`."""
    lines = list(
        _head(environment, "Sections of airflow.cfg. A variable AIRFLOW__SECTION__OPTION wins over them.")
    )
    sections: dict[str, list[str]] = {}
    others: list[str] = []
    for group in environment.groups:
        started: set[str] = set()
        for name, value in group.variables.items():
            match = _OPTION.fullmatch(name)
            if match is None:
                others.append(f"# {name}={value}")
                continue
            section = sections.setdefault(match[1].lower(), [])
            if match[1] not in started:
                section.append(f"# {group.why}")
                started.add(match[1])
            section.append(cfg_line(match[2].lower(), value))
    for name, options in sections.items():
        lines += ["", f"[{name}]", *options]
    lines += _secret_comments(environment)
    if others:
        lines += ["", "# No options of Airflow: set them in the environment of the process.", *others]
    return _text(lines)


def as_document(environment: ComponentEnvironment) -> dict[str, object]:
    """What the JSON form holds."""
    return {
        "component": environment.component.value,
        "airflow_version": environment.airflow_version,
        "variables": environment.variables,
        "secrets": dict(environment.secrets),
    }


def as_json(environment: ComponentEnvironment) -> str:
    """One JSON object: `variables` by name, and `secrets` with what each is."""
    return json.dumps(as_document(environment), indent=2, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[ComponentEnvironment], str]] = {
    "shell": as_shell,
    "env": as_env,
    "cfg": as_cfg,
    "json": as_json,
}
"""The forms by the values of --format."""


def shell_line(name: str, value: str) -> str:
    """An export that sh takes as it is, whatever is in the value."""
    quoted = value.replace("'", "'\"'\"'")
    return f"export {name}='{quoted}'"


def env_line(name: str, value: str) -> str:
    """A line of an env file. SpecError for a value that Docker and systemd would read differently."""
    if reason := _not_for_env(value):
        raise SpecError(f"{name}: an env file cannot hold it: {reason}", mend=_SHELL_MEND)
    return f"{name}={value}"


def cfg_line(option: str, value: str) -> str:
    """An option of airflow.cfg, where a single % would start an interpolation. SpecError for a value of several lines."""
    if "\n" in value or "\r" in value or value != value.strip():
        raise SpecError(
            f"{option}: airflow.cfg cannot hold it: it has a line break, or spaces at its ends",
            mend=_SHELL_MEND,
        )
    return f"{option} = {value.replace('%', '%%')}".rstrip()


def _not_for_env(value: str) -> str | None:
    if "\n" in value or "\r" in value:
        return "it has a line break"
    if value != value.strip():
        return "systemd drops spaces at its ends"
    if "\\" in value:
        return "systemd gives a meaning to its backslash"
    if value[:1] in ("'", '"'):
        return "systemd drops quotes at its start"
    return None


def _head(environment: ComponentEnvironment, use: str) -> Iterator[str]:
    component = environment.component
    who = "the control plane on one machine" if component is Component.ALL else f"the {component}"
    yield f"# The ECS executor's configuration for {who}. It holds no secret."
    yield f"# Made by `ecs env --for {component}` from image.toml: change that, and run it again."
    yield f"# {HEAD.format(component=component, version=environment.airflow_version)}"
    yield "#"
    yield f"# {use}"


def _secret_comments(environment: ComponentEnvironment) -> list[str]:
    if not environment.secrets:
        return []
    lines = ["", "# Set these where you keep secrets:"]
    return [*lines, *(f"# {SECRET}{name} ({what})" for name, what in environment.secrets.items())]


def _plain(words: str) -> str:
    """Words inside of "${…}": no quote, no brace, nothing that a shell expands."""
    return re.sub(r"[^\w ,.:;-]", "", words)


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
