"""A plain `docker build` leaves out of the DAG folder what the toolkit would leave out."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

from airflow_ecs_image.context.left_out import always_left_out

from .inputs import inputs, instructions

SECRET = (
    ".git/config", "sub/.git", ".hg/x", ".svn/x", "__pycache__/a.pyc", ".venv/x", ".env", ".env.local", "sub/.env",
    ".aws/credentials", "sub/.ssh/id", ".netrc", ".pypirc", "a.pem", "sub/b.key", "id_rsa", "id_ed25519.pub",
)  # fmt: skip
KEPT = ("a.py", "sub/b.csv", ".airflowignore", "environment.py", "keys.txt", "sp ace/ü.py")


def test_the_same_secrets_are_left_out(tmp_path: Path) -> None:
    (script,) = (
        heredoc.body
        for instruction in instructions(inputs())
        for heredoc in instruction.heredocs
        if heredoc.body.startswith("# Leave out what no DAG needs")
    )
    find = script[script.index("\nfind ") : script.index("{} +") + 4]
    folder = tmp_path / "layer/srv/.env dags"
    for name in (*SECRET, *KEPT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    subprocess.run(
        ["/bin/sh", "-euc", find.replace('"/layer', f'"{tmp_path}/layer')],
        env={"PATH": "/usr/bin:/bin", "container_dag_path": "/srv/.env dags"},
        check=True,
    )
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert left == set(KEPT)
    assert all(always_left_out(PurePosixPath(name)) for name in SECRET)
    assert not any(always_left_out(PurePosixPath(name)) for name in KEPT)
