"""What never goes into an image, whatever an ignore file says."""

from __future__ import annotations

from pathlib import PurePosixPath

from pathspec import GitIgnoreSpec

# Version control, caches and what holds secrets. A DAG needs none of them.
_PATTERNS = (
    ".git",
    ".hg/",
    ".svn/",
    "__pycache__/",
    "*.py[co]",
    ".mypy_cache/",
    ".pytest_cache/",
    ".ruff_cache/",
    ".venv/",
    ".DS_Store",
    ".env*",
    ".aws/",
    ".ssh/",
    ".netrc",
    ".pypirc",
    "*.pem",
    "*.key",
    "id_rsa*",
    "id_ed25519*",
)
_SPEC = GitIgnoreSpec.from_lines(_PATTERNS)


def always_left_out(path: PurePosixPath, *, is_folder: bool = False) -> bool:
    """True for a path, relative to the DAG folder, that no image may hold."""
    return _SPEC.match_file(f"{path.as_posix()}{'/' if is_folder else ''}")
