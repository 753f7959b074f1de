"""Every place of the Dockerfile that a value reaches: how a value gets there, and how Docker or a shell reads it back."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from airflow_ecs_image.render import RenderInputs
from airflow_ecs_image.spec.rules.bundles import CONFIG_VARIABLE

from .dockerfile import Instruction
from .inputs import OFFICIAL, SOURCE, inputs

Reader = Callable[[list[Instruction]], str]


@dataclass(frozen=True)
class Place:
    """`put` gives inputs with a value in this place, `read` finds the value again; None where only a comment has it.

    No quotes can stand in a `bare` place, so that all but plain words are refused there.
    """

    put: Callable[[str], RenderInputs]
    read: Reader | None = None
    bare: bool = False


def argument(name: str) -> Reader:
    """What ${name} means: the default of the first ARG of that name, which stands before every FROM."""

    def read(instructions: list[Instruction]) -> str:
        found = (each for each in instructions if each.keyword == "ARG" and each.arguments.startswith(name))
        return next(found).pairs().get(name, "")

    return read


def pair(keyword: str, name: str) -> Reader:
    """The value of a name of ENV or LABEL."""

    def read(instructions: list[Instruction]) -> str:
        found = (each for each in instructions if each.keyword == keyword and name in each.arguments)
        return next(found).pairs()[name]

    return read


def shell_word(command: str, prefix: str = "", suffix: str = "") -> Reader:
    """What stands between prefix and suffix in the one such word of a command of an embedded script."""

    def read(instructions: list[Instruction]) -> str:
        words = shell_words(instructions, command)
        (word,) = (each for each in words if each.startswith(prefix) and each.endswith(suffix))
        return word[len(prefix) : len(word) - len(suffix)]

    return read


def shell_words(instructions: list[Instruction], command: str) -> list[str]:
    """The arguments of the first command of an embedded script that starts so, as a real shell splits them."""
    lines = next(
        heredoc.body[heredoc.body.index(f"\n{command}") + 1 :].split("\n")
        for each in instructions
        for heredoc in each.heredocs
        if f"\n{command}" in heredoc.body
    )
    count = next(number for number, line in enumerate(lines, 1) if not line.endswith("\\"))
    line = "\n".join(lines[:count]).removeprefix(command).removesuffix(">/dev/null")
    done = subprocess.run(
        ["/bin/sh", "-uc", f"printf '%s\\0' {line}", "sh", "$1", "$2", "$3"],
        # Only what the shell has itself can run, should a value be a command after all.
        env={"PATH": "/nowhere"},
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    return done.stdout.decode().split("\0")[:-1]


_PIP = "/toolbox/pip install --constraints"
_MMDEBSTRAP = "mmdebstrap"
_PROVIDER = "apache-airflow-providers-amazon=="

PLACES: Mapping[str, Place] = {
    "aws_default_region": Place(
        lambda value: inputs({"aws_default_region": value}), argument("aws_default_region")
    ),
    "s3_uri": Place(lambda value: inputs({"s3_uri": value}), argument("s3_uri")),
    "dag_bundle": Place(lambda value: inputs(dag_bundle_config=value), pair("ENV", CONFIG_VARIABLE)),
    "dag_bundle_name": Place(lambda value: inputs(dag_bundle_config=value), pair("ENV", CONFIG_VARIABLE)),
    "host_dag_path": Place(lambda value: inputs(host_dag_path=value), argument("host_dag_path")),
    "container_dag_path": Place(
        lambda value: inputs({"container_dag_path": value}), argument("container_dag_path")
    ),
    "requirements_path": Place(lambda value: inputs(requirements_path=value), argument("requirements_path")),
    "environment": Place(lambda value: inputs({"environment": {"NAME": value}}), pair("ENV", "NAME")),
    "environment's name": Place(lambda value: inputs({"environment": {value: "x"}}), bare=True),
    "labels": Place(lambda value: inputs(labels={"a.label": value}), pair("LABEL", "a.label")),
    "labels' name": Place(lambda value: inputs(labels={value: "x"}), bare=True),
    "tag": Place(lambda value: inputs({"tag": value})),
    "airflow_version": Place(
        lambda value: inputs({"airflow_version": value}), pair("ENV", "AIRFLOW_VERSION")
    ),
    "airflow_version in a script": Place(
        lambda value: inputs({"airflow_version": value}), shell_word(_PIP, "apache-airflow==")
    ),
    "python_version": Place(lambda value: inputs({"python_version": value}), bare=True),
    "executor_package_version": Place(
        lambda value: inputs({"executor_package_version": value}), shell_word(_PIP, _PROVIDER)
    ),
    "extra packages": Place(
        lambda value: inputs(base=OFFICIAL, extra_packages=(f"extra-{value}",)), shell_word(_PIP, "extra-")
    ),
    "system_packages, official": Place(
        lambda value: inputs({"system_packages": (f"library-{value}",)}, base=OFFICIAL),
        shell_word("apt-get install", "library-"),
    ),
    "system_packages, source": Place(
        lambda value: inputs({"system_packages": (f"library-{value}",)}),
        shell_word(_MMDEBSTRAP, "--include=ca-certificates,dumb-init,libstdc++6,python3.13,library-"),
    ),
    "debian_mirror": Place(
        lambda value: inputs({"debian_mirror": value}), shell_word(_MMDEBSTRAP, "deb ", " trixie main")
    ),
    "the base's reference": Place(lambda value: inputs(base=replace(SOURCE, reference=value)), bare=True),
    "the official base's reference": Place(
        lambda value: inputs(base=replace(OFFICIAL, reference=value)), bare=True
    ),
    "the base's suite": Place(lambda value: inputs(base=replace(SOURCE, debian=value)), bare=True),
    "the base's reference in a registry": Place(
        lambda value: inputs(base=replace(SOURCE, registry_reference=value))
    ),
}
