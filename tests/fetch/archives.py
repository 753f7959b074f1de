"""Archives as a test wants them."""

from __future__ import annotations

import hashlib
import io
import tarfile

Member = tuple[str, bytes] | tarfile.TarInfo

FILES = {
    "first.py": b"import airflow",
    "package/__init__.py": b"",
    "team a/nested/deep/second.py": b"x = 1\n" * 1000,
    "équipe/日本/third 🚀.py": b"",
    ".airflowignore": b"skipped/.*\n",
    f"long/{'d' * 120}/{'f' * 200}.py": b"a name that needs GNU's or pax's own header",
    "data/blob.bin": bytes(range(256)) * 4000,
}


def packed(*members: Member, mode: str = "w:gz", form: int = tarfile.GNU_FORMAT) -> bytes:
    """An archive; a member is a file, or a TarInfo without content."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                information = tarfile.TarInfo(member[0])
                information.size = len(member[1])
                archive.addfile(information, io.BytesIO(member[1]))
    return content.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    information = tarfile.TarInfo(name)
    information.type, information.linkname = kind, target
    return information


def set_of(files: dict[str, bytes], ending: str = "tar.gz") -> tuple[str, bytes, bytes]:
    """The name of a content-addressed archive, its bytes, and the pointer to it."""
    content = packed(*files.items(), mode="w:gz" if ending.endswith("gz") else "w")
    digest = hashlib.sha256(content).hexdigest()
    name = f"dags-{digest}.{ending}"
    return name, content, f"{digest}  {name}\n".encode()
