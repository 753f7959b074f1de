"""Runs the probes named in REQUEST and writes one line of JSON, behind a mark, to standard output.

`REQUEST = "<json>"` is put in front of this file: `{"mark", "sections": [{"name", "source", "arguments"}]}`.
The answer is `{"arguments": [hex], "sections": {name: {"seconds", and "found" or "error"}}}`. Everything else
that is printed here, by Airflow's logging or by a DAG file, is moved to standard error.
"""

import json
import os
import sys
import time
import types
from typing import Any


def run_section(section: dict[str, Any]) -> dict[str, Any]:
    """One probe's findings, or the last line of what stopped it, with the seconds it took."""
    started = time.monotonic()
    answer: dict[str, Any] = {}
    try:
        module = types.ModuleType(section["name"])
        exec(compile(section["source"], section["name"] + ".py", "exec"), module.__dict__)
        answer["found"] = module.probe(section["arguments"])
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a probe that exits must not take the others with it
        lines = str(error).strip().splitlines()
        answer["error"] = type(error).__name__ + (": " + lines[0] if lines else "")
    answer["seconds"] = round(time.monotonic() - started, 3)
    return answer


def main(request: dict[str, Any]) -> None:
    """Answers `request` on the standard output that this process was started with."""
    answer_to = os.dup(1)
    os.dup2(2, 1)
    answer = {
        "arguments": [os.fsencode(argument).hex() for argument in sys.argv[1:]],
        "sections": {section["name"]: run_section(section) for section in request["sections"]},
    }
    line = "\n" + request["mark"] + json.dumps(answer) + "\n"
    unwritten = line.encode("ascii")
    while unwritten:
        unwritten = unwritten[os.write(answer_to, unwritten) :]


main(json.loads(REQUEST))  # type: ignore[name-defined]  # noqa: F821
