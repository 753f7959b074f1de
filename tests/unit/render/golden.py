"""The golden files: each combination's Dockerfile, with one line in the place of each embedded lock and script."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .combinations import COMBINATIONS
from .dockerfile import Instruction, parse

FOLDER = Path(__file__).resolve().parents[1] / "golden"
REGENERATE = "python -m tests.unit.render.regenerate"
# Files that have an identity of their own, in requirements/locks and entrypoint.
_EMBEDDED = (
    "/toolbox/uv.txt",
    "/toolbox/airflow.txt",
    "/toolbox/aws-cli.txt",
    "/toolbox/pack-bytecode",
    "/toolbox/parse-yaml",
    "/toolbox/base-entrypoint",
    "/layer/opt/airflow-ecs-image/entrypoint",
    "/layer/opt/airflow-ecs-image/fetch-dags.py",
    "/layer/opt/airflow-ecs-image/fetch_dags/",
    "/airflow_ecs_image_start/",
)


def golden_path(name: str) -> Path:
    return FOLDER / f"{name}.Dockerfile"


def golden_texts() -> dict[str, str]:
    """What each golden file must hold today."""
    return {name: elided(combination.render()) for name, combination in COMBINATIONS.items()}


def elided(dockerfile: str) -> str:
    """The Dockerfile with `# sha256:… (N lines)` for each embedded lock and script; still a valid Dockerfile."""
    lines = dockerfile.split("\n")
    for instruction in reversed(parse(dockerfile)):
        if _is_embedded(instruction):
            for heredoc in reversed(instruction.heredocs):
                count = heredoc.body.count("\n") + 1
                digest = hashlib.sha256(heredoc.body.encode()).hexdigest()
                lines[heredoc.first_line : heredoc.first_line + count] = [
                    f"# sha256:{digest} ({count} lines)"
                ]
    return "\n".join(lines)


def _is_embedded(instruction: Instruction) -> bool:
    return instruction.keyword == "COPY" and instruction.words()[-1].endswith(_EMBEDDED)
