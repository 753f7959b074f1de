"""The DAG folders that are fetched: Python text that compresses as DAG files do, the same bytes on every machine."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

SEED = 20261124
SMALLEST_BYTES, LARGEST_BYTES = 1_000, 20_000
_FILES_PER_FOLDER = 25
_Item = TypeVar("_Item")

_WORDS = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split()
_IMPORTS = (
    "import json\nimport logging",
    "import hashlib\nimport os",
    "import csv\nimport io",
    "from collections import defaultdict",
    "from dataclasses import dataclass",
    "from itertools import chain, groupby",
    "import pendulum",
    "from airflow.providers.amazon.aws.hooks.s3 import S3Hook",
    "from airflow.providers.amazon.aws.operators.athena import AthenaOperator",
    "from airflow.providers.amazon.aws.operators.glue import GlueJobOperator",
    "from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor",
)


def make_tree(files: int) -> dict[str, bytes]:
    """A DAG folder of that many files, each of 1,000 to 20,000 bytes: path in the folder → content."""
    tree: dict[str, bytes] = {}
    for number in range(files):
        writer = _Writer(random.Random(f"{SEED}/{number}"))  # noqa: S311
        folder = _WORDS[number // _FILES_PER_FOLDER * 7 % len(_WORDS)]
        path = f"{folder}_{number // _FILES_PER_FOLDER:03}/{writer.name(2)}_{number:04}.py"
        tree[path] = writer.dag_file(number)
    return tree


def digest(tree: Mapping[str, bytes]) -> str:
    """One SHA-256 of all paths and contents; inside/probe.py computes the same of a folder."""
    total = hashlib.sha256()
    for path in sorted(tree):
        total.update(f"{path}\0{hashlib.sha256(tree[path]).hexdigest()}\n".encode())
    return total.hexdigest()


class _Writer:
    """Writes one DAG file. Uses `random()` alone, whose results no Python version may change."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def dag_file(self, number: int) -> bytes:
        size = SMALLEST_BYTES + self._below(LARGEST_BYTES - SMALLEST_BYTES + 1)
        dag_id = f"{self.name(3)}_{number:04}"
        imports = [line for line in _IMPORTS if self._below(2)]
        head = [f'"""{self._sentence()}\n\n{self._sentence()}\n"""', "from __future__ import annotations"]
        text = "\n\n".join([*head, "\n".join(imports), "from airflow.sdk import DAG, task", ""])
        sections: Sequence[Callable[[], str]] = (
            self._constant,
            self._table,
            self._query,
            self._task,
            self._task,
            self._operator,
        )
        while len(text) < size:
            text += f"\n\n{self._one_of(sections)()}"
        end = f"\n# {dag_id}\n"
        # Cut at any character: the file is text to be carried, not code to be run.
        return (text[: size - len(end)] + end).encode()

    def name(self, words: int) -> str:
        return "_".join(self._one_of(_WORDS) for _ in range(words))

    def _below(self, limit: int) -> int:
        return int(self._source.random() * limit)

    def _one_of(self, items: Sequence[_Item]) -> _Item:
        return items[self._below(len(items))]

    def _sentence(self) -> str:
        words = [self._one_of(_WORDS) for _ in range(5 + self._below(9))]
        return f"{' '.join(words).capitalize()}."

    def _constant(self) -> str:
        value = self._one_of(
            (str(self._below(100_000)), f'"{self.name(2)}"', f'"s3://{self.name(2)}/{self.name(3)}"')
        )
        return f"{self.name(2).upper()} = {value}"

    def _table(self) -> str:
        rows = [
            f'    "{self.name(2)}": ("{self.name(1)}", {self._below(10_000)}),'
            for _ in range(3 + self._below(8))
        ]
        return f"{self.name(2).upper()} = {{\n" + "\n".join(rows) + "\n}"

    def _query(self) -> str:
        table, columns = self.name(2), [self.name(2) for _ in range(3 + self._below(6))]
        lines = [
            f"    select {', '.join(columns)},",
            f"           sum({self.name(1)}) as {self.name(2)}",
            f"    from {self.name(1)}.{table} join {self.name(2)} using ({columns[0]})",
            f"    where {columns[1]} between date '{{{{ data_interval_start }}}}' and {self._below(999)}",
            f"    group by {', '.join(columns[:3])}",
        ]
        return f'{table.upper()}_SQL = """\n' + "\n".join(lines) + '\n"""'

    def _task(self) -> str:
        name, argument, result = self.name(2), self.name(1), self.name(2)
        lines = [
            f'@task(retries={self._below(6)}, task_id="{name}")',
            f"def {name}({argument}: list[dict[str, str]], {self.name(1)}: int = {self._below(500)}) -> dict[str, int]:",
            f'    """{self._sentence()}"""',
            f"    {result} = {{}}",
        ]
        for _ in range(2 + self._below(5)):
            key, other = self.name(1), self.name(2)
            lines += self._one_of(
                (
                    [
                        f"    for {key} in {argument}:",
                        f'        {result}[{key}["{other}"]] = int({key}["{self.name(1)}"])',
                    ],
                    [
                        f"    if len({argument}) > {self._below(900)}:",
                        f'        raise ValueError(f"{self._sentence()}")',
                    ],
                    [
                        f"    # {self._sentence()}",
                        f"    {other} = sorted({result}, key=lambda {key}: -{result}[{key}])",
                    ],
                    [f'    logging.info("{self._sentence()} %s", {result})'],
                )
            )
        return "\n".join([*lines, f"    return {result}"])

    def _operator(self) -> str:
        name = self.name(2)
        options = [f'    {self.name(2)}="{self.name(3)}",' for _ in range(2 + self._below(5))]
        kind = self._one_of(("AthenaOperator", "GlueJobOperator", "S3KeySensor"))
        return "\n".join([f"{name} = {kind}(", f'    task_id="{name}",', *options, ")"])
