"""The levers: the steps that make an image start faster or weigh less, each with a name, a default and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from airflow_ecs_image.spec.refusal import Refused


@dataclass(frozen=True)
class Lever:
    """One step. `source_only`: on an official base it does nothing, because what a layer below holds is pulled anyway."""

    name: str
    what: str
    default: bool = True
    source_only: bool = False


LEVERS = (
    Lever(
        "bytecode",
        "compiles all modules, which the official image does not, and trusts the bytecode unchecked",
    ),
    Lever(
        "short-bytecode",
        "leaves the columns out of the bytecode: a traceback names file and line of a package, and draws no ^^^^ below",
    ),
    Lever(
        "packed-bytecode",
        "keeps the bytecode of the packages in one file, which a module comes from as long as its source is what it was",
    ),
    Lever(
        "put-off-collection",
        "puts garbage collection off while a worker command imports Airflow, and leaves out of it what was imported",
    ),
    Lever(
        "put-off-libcst",
        "puts the import of libcst off, which Airflow 3 needs for `@task.virtualenv` and the like alone",
    ),
    Lever(
        "put-off-rich-and-anyio",
        "puts the imports of rich, for terminals, and of anyio, for asynchronous requests, off in a worker",
    ),
    Lever(
        "put-off-jsonschema",
        "puts the import of jsonschema off by a short check of the providers' descriptions, which is what Airflow has it for",
    ),
    Lever(
        "put-off-serialization",
        "puts the imports of Airflow 3's serialization and of most of its database models off, which no worker needs",
    ),
    Lever(
        "put-off-certificates",
        "reads the certificates of all authorities when a worker of Airflow 3 speaks TLS with the API server, not before",
    ),
    Lever(
        "leave-out-commands",
        "leaves all other commands, those of executor and auth manager too, out of `airflow tasks run`, Airflow 2's worker",
    ),
    Lever(
        "put-off-webserver",
        "puts the imports of flask, requests and PyJWT off, which a worker of Airflow 2 has for webserver and internal API",
    ),
    Lever(
        "put-off-object-storage",
        "puts the imports of fsspec and upath, for paths in object stores, off until one is used",
    ),
    Lever(
        "put-off-model-builds",
        "puts off building the pydantic models of Airflow 3 that a task may never use (`defer_build`)",
    ),
    Lever(
        "parsed-yaml",
        "keeps the description of Airflow's options and its list of metrics, YAML files, as Python objects",
    ),
    Lever("strip-libraries", "strips the debug symbols from shared libraries", source_only=True),
    Lever("leave-out-interface", "leaves out the files of Airflow's web interface", source_only=True),
    Lever("leave-out-test-suites", "leaves out the test suites of packages", source_only=True),
    Lever("leave-out-type-stubs", "leaves out type stubs and C sources", source_only=True),
    Lever(
        "split-dag-layer",
        "spreads DAG files of this machine over eight layers: an edit moves an eighth of them, each pull asks for seven more",
        default=False,
    ),
    Lever(
        "leave-out-locales",
        "leaves out Babel's data of all languages but English; a DAG that formats dates for another one needs them",
        default=False,
        source_only=True,
    ),
    Lever(
        "leave-out-service-models",
        "leaves out botocore's data of the services that the executor package does not name; boto3 cannot speak with them then",
        default=False,
        source_only=True,
    ),
)
"""All levers, in the order of the documentation. A lever is on by default where it changes nothing that a task sees."""

_BY_NAME = {lever.name: lever for lever in LEVERS}
_WORDS = {"on": True, "off": False, "true": True, "false": False}


def switched(values: object) -> object:
    """Names with `on` or `off` as names with booleans; what is no map is left to its own check. Raises Refused."""
    return (
        {str(name): _switch(str(name), value) for name, value in values.items()}
        if isinstance(values, Mapping)
        else values
    )


def all_levers(switched_ones: Mapping[str, bool]) -> dict[str, bool]:
    """Every lever with whether it is on: as it was switched, or by default."""
    return {lever.name: switched_ones.get(lever.name, lever.default) for lever in LEVERS}


def _switch(name: str, value: object) -> bool:
    if name not in _BY_NAME:
        raise Refused("there is no such lever", ", ".join(_BY_NAME), item=name)
    known = value if isinstance(value, bool) else _WORDS.get(str(value).lower())
    if known is None:
        raise Refused("a lever is on or off", "on, off", item=name)
    return known
