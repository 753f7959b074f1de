"""Who runs in the container, under which process 1, and what it may write."""

import os
import platform
import pwd
import sys
import sysconfig
import tempfile
from typing import Any


def probe(arguments: dict[str, Any]) -> dict[str, Any]:
    """The process chain from process 1, the identity, and the folders that a worker writes to."""
    return {
        "chain": chain(),
        "uid": os.getuid(),
        "gid": os.getgid(),
        "user_name": user_name(),
        "machine": platform.machine(),
        "python": "%d.%d" % sys.version_info[:2],
        "python_full": platform.python_version(),
        "home": folder(os.path.expanduser("~")),
        "airflow_home": folder(os.environ.get("AIRFLOW_HOME", os.path.expanduser("~/airflow"))),
        "site_packages": sysconfig.get_paths()["purelib"],
    }


def chain() -> list[str]:
    """Program names from process 1 down to this process; the first element is process 1."""
    names: list[str] = []
    process = os.getpid()
    while process > 0:
        names.append(program(process))
        process = parent(process)
    return list(reversed(names))


def parent(process: int) -> int:
    """The parent's process id, 0 above process 1."""
    with open("/proc/%d/stat" % process, "rb") as stat:
        # The name in parentheses may hold spaces and parentheses itself.
        return int(stat.read().rpartition(b")")[2].split()[1])


def program(process: int) -> str:
    """The base name of what the process runs; an emulator in front of it is left out."""
    with open("/proc/%d/cmdline" % process, "rb") as command_line:
        words = [os.fsdecode(word) for word in command_line.read().split(b"\0")]
    names = [os.path.basename(word) for word in words if word]
    while len(names) > 1 and (names[0].startswith("qemu-") or names[0].endswith("-binfmt-P")):
        names.pop(0)
    return names[0] if names else ""


def user_name() -> "str | None":
    """The name that the user database gives this uid, None where it has none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return None


def folder(path: str) -> dict[str, Any]:
    """Whether a file can be made in `path` and which permissions it gets."""
    try:
        handle, name = tempfile.mkstemp(dir=path)
    except OSError as error:
        return {"path": path, "writable": False, "error": error.strerror or str(error)}
    os.close(handle)
    os.unlink(name)
    # mkstemp makes private files whatever the umask says; a plain open shows what a worker's files get.
    plain = name + ".plain"
    with open(plain, "w"):
        mode = os.stat(plain).st_mode & 0o777
    os.unlink(plain)
    return {"path": path, "writable": True, "mode": "%04o" % mode}
