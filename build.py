#!/usr/bin/env python3
"""The door of a checkout: `python build.py …` is `airflow-ecs-image …`, run by the Python of .venv.

The virtual environment is made first where it is missing or older than what it was made from.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "airflow-ecs-image.stamp"
MADE_FROM = (ROOT / "requirements" / "dev.txt", ROOT / "pyproject.toml", ROOT / "setup" / "environment")


def main() -> None:
    """Make .venv where it has to be made, then run the command line in it."""
    if not STAMP.exists() or STAMP.stat().st_mtime < max(path.stat().st_mtime for path in MADE_FROM):
        made = subprocess.run([MADE_FROM[-1]], stdout=sys.stderr, check=False)
        if made.returncode != 0:
            sys.exit(made.returncode)
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        python = ENVIRONMENT / "bin" / "python"
        os.execv(python, [str(python), str(ROOT / "build.py"), *sys.argv[1:]])
    from airflow_ecs_image.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
