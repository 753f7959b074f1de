"""Commands as the executor and people send them, with every character that a shell would change."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

# Token and ids are made up; the keys are those of an ExecuteTask workload of Airflow 3.3.
_WORKLOAD = {
    "token": "not a token: two  spaces, a\ttab and a trailing space ",
    "dag_rel_path": 'folder with space/d\'été "日本" 🚀.py',
    "bundle_info": {"name": "dags-folder", "version": None},
    "log_path": "$HOME/${PATH}/$(id)/`id`/\\n\\\\/*?[a-z]{x,y}~#!!;&&||<>%s",
    "ti": {"task_id": "quotes ' '' \" \"\" '\"'\"'", "map_index": -1},
    "type": "ExecuteTask",
}

WORKLOAD_JSON = json.dumps(_WORKLOAD, ensure_ascii=False)


@dataclass(frozen=True)
class Command:
    """A command for the container; `program` must get `arguments`, whatever the entrypoint does before."""

    words: tuple[str, ...]
    program: Literal["python", "airflow"]
    arguments: tuple[str, ...]

    def problem(self, answer: Mapping[str, Any]) -> str | None:
        """What is wrong with the arguments that the probe `commands` recorded, without showing them."""
        if "error" in answer:
            return f"does not start: {answer['error']}"
        if "arguments" not in answer:
            return f"does not reach Python: exit code {answer['exit_code']}"
        arrived = [bytes.fromhex(argument) for argument in answer["arguments"]]
        sent = [os.fsencode(argument) for argument in self.arguments]
        # `airflow` is a script: its path stands between the interpreter and the arguments.
        before = arrived[: len(arrived) - len(sent)]
        if not before or not Path(os.fsdecode(before[-1])).name.startswith(self.program):
            return f"does not reach `{self.program}` as it was sent: {len(arrived)} words arrive"
        changed = sum(one != other for one, other in zip(arrived[len(before) :], sent, strict=True))
        if changed:
            return f"arrives with {changed} of {len(sent)} arguments changed"
        if answer["exit_code"] != 0:
            return f"ends with exit code {answer['exit_code']} instead of the worker's own"
        return None


_AIRFLOW_3 = ("-m", "airflow.sdk.execution_time.execute_workload", "--json-string", WORKLOAD_JSON)
_AIRFLOW_2 = (
    "tasks",
    "run",
    "FARGATE-DAG",
    "task.with $HOME 'quotes' and spaces",
    'manual__2026-01-01T00:00:00+00:00 "`id`" *',
    "--local",
    "--subdir",
    "DAGS_FOLDER/folder with space/d'été.py",
    "--map-index",
    "0",
)

WORKER_COMMANDS: Mapping[str, Command] = {
    "Airflow 3": Command(("python", *_AIRFLOW_3), "python", _AIRFLOW_3),
    "Airflow 2": Command(("airflow", *_AIRFLOW_2), "airflow", _AIRFLOW_2),
}

# A word that is neither python, bash nor airflow is a command of airflow.
VERSION_COMMAND = Command(("version",), "airflow", ("version",))

COMMANDS: Mapping[str, Command] = {**WORKER_COMMANDS, "version": VERSION_COMMAND}
