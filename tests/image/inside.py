"""Runs inside an image by `python -`: prints what it finds there as one JSON object, on the last line.

With the argument `brief` the packages are not looked into.
"""

import importlib.util
import json
import os
import pwd
import re
import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import Any

SITE_PACKAGES = Path(sysconfig.get_paths()["purelib"])
STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])
UNCHECKED_HASH = 1


def command_line(process: int) -> list[str]:
    words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[:-1]
    return [os.fsdecode(word) for word in words]


def account() -> list[str]:
    try:
        entry = pwd.getpwuid(os.getuid())
    except KeyError:
        return []
    return [entry.pw_name, entry.pw_dir]


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> dict[str, str]:
    found = metadata.distributions(path=[str(SITE_PACKAGES)])
    return {normal(each.metadata["Name"]): each.version for each in found}


def unmet(versions: dict[str, str]) -> list[str]:
    from packaging.requirements import Requirement

    lines = []
    for each in metadata.distributions(path=[str(SITE_PACKAGES)]):
        for text in each.requires or ():
            requirement = Requirement(text)
            if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
                continue
            version = versions.get(normal(requirement.name))
            if version is None or not requirement.specifier.contains(version, prereleases=True):
                lines.append(f"{each.metadata['Name']} {each.version} wants {text}, finds {version}")
    return lines


def bytecode(folder: Path) -> dict[str, list[str]]:
    """Modules without bytecode that could have some, and modules whose bytecode is checked at import."""
    without, checked = [], []
    packed = [each for each in sys.meta_path if getattr(each, "__module__", "").endswith("packed_bytecode")]
    for module in folder.rglob("*.py"):
        compiled = Path(importlib.util.cache_from_source(str(module)))
        if compiled.is_file():
            with compiled.open("rb") as file:
                header = file.read(8)
            if int.from_bytes(header[4:], "little") != UNCHECKED_HASH:
                checked.append(str(module))
        elif not any(is_packed(module, folder, finder) for finder in packed) and compiles(module):
            without.append(str(module))
    return {"without": without, "checked": checked}


def is_packed(module: Path, folder: Path, finder: Any) -> bool:
    """Whether the finder of packed bytecode has that of a module below the folder of the packages."""
    names = module.relative_to(folder).with_suffix("").parts
    names = names[:-1] if names[-1] == "__init__" else names
    parent = folder.joinpath(*names[:-1])
    return finder.find_spec(".".join(names), [str(parent)]) is not None


def columns(module: str) -> bool:
    """Whether the bytecode of a module of a package tells columns, not only lines."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.loader is not None
    code = spec.loader.get_code(module)  # type: ignore[attr-defined]
    return any(position[2] is not None for position in code.co_positions())


def compiles(module: Path) -> bool:
    try:
        compile(module.read_bytes(), str(module), "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def dag_bag() -> dict[str, Any]:
    try:
        from airflow.dag_processing.dagbag import DagBag  # type: ignore[import-not-found]
    except ImportError:
        from airflow.models.dagbag import DagBag  # type: ignore[import-not-found]
    from airflow.configuration import conf  # type: ignore[import-not-found]

    folder = conf.get("core", "dags_folder")
    bag = DagBag(folder)
    files = sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())
    return {
        "folder": folder,
        "files": files,
        "dags": {name: str(Path(dag.fileloc).relative_to(folder)) for name, dag in bag.dags.items()},
        "import_errors": bag.import_errors,
    }


def main() -> None:
    brief = "brief" in sys.argv
    # Anything that Airflow logs goes to standard error, so that the answer stands alone.
    answer_to = os.dup(1)
    os.dup2(2, 1)
    versions = installed()
    writable = ("/opt/airflow", "/opt/airflow/logs", "/opt/airflow/dags", "/home/airflow")
    answer = {
        "first_process": command_line(1),
        "parent": os.getppid(),
        "identity": [os.getuid(), os.getgid()],
        "account": account(),
        "umask": umask(),
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "python": ".".join(map(str, sys.version_info[:2])),
        "executable": sys.executable,
        "versions": versions,
        "unmet": [] if brief else unmet(versions),
        "site_packages": {} if brief else bytecode(SITE_PACKAGES),
        "standard_library": {} if brief else bytecode(STANDARD_LIBRARY),
        "columns": columns("sqlalchemy.engine.base"),
        "start": sorted(name for name in sys.modules if name.startswith("airflow_ecs_image_start.")),
        "writable": [folder for folder in writable if os.access(folder, os.W_OK)],
        "dag_bag": dag_bag(),
    }
    os.write(answer_to, ("\n" + json.dumps(answer) + "\n").encode())


main()
