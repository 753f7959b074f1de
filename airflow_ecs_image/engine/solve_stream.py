"""Reading what buildx reports while it builds: a stream of JSON objects, or plain text from an old buildx.

The JSON objects are BuildKit's SolveStatus (moby/buildkit, client/graph.go), one after the other, indented or
not, and at the end plain lines with the error. Plain text is what `--progress=plain` writes.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class VertexUpdate:
    """The state of one vertex. Times are seconds since the epoch."""

    vertex: str
    name: str
    started: float | None = None
    completed: float | None = None
    cached: bool = False
    error: str = ""


@dataclass(frozen=True)
class LogUpdate:
    """Output of a vertex, as raw as it came: any part of a line, on stream 1 or 2."""

    vertex: str
    data: bytes
    stream: int = 1


@dataclass(frozen=True)
class TransferUpdate:
    """Bytes moved for a vertex; `total` is 0 where it is not known."""

    vertex: str
    id: str
    current: int
    total: int


@dataclass(frozen=True)
class TrailingLine:
    """A line that buildx wrote beside its report, such as `ERROR: failed to solve: …`."""

    text: str


Update = VertexUpdate | LogUpdate | TransferUpdate | TrailingLine


class SolveStreamReader:
    """Turns lines into updates. The first line that says anything decides between JSON and plain text."""

    def __init__(self) -> None:
        self._object: list[str] = []
        self._plain: PlainReader | None = None
        self._undecided = True

    def feed(self, line: str) -> list[Update]:
        """The updates that this line completes; the line may end in a line break."""
        line = line.rstrip("\n")
        if self._undecided and line.strip():
            self._undecided = False
            if not line.startswith("{"):
                self._plain = PlainReader()
        if self._plain is not None:
            return self._plain.feed(line)
        if self._object:
            self._object.append(line)
            return self._completed() if line == "}" else []
        if line == "{":
            self._object = [line]
            return []
        if line.startswith("{"):
            self._object = [line]
            return self._completed()
        return [TrailingLine(line)] if line.strip() else []

    def _completed(self) -> list[Update]:
        text = "\n".join(self._object)
        self._object = []
        try:
            status = json.loads(text)
        except ValueError:
            return [TrailingLine(text)]
        return updates(status) if isinstance(status, dict) else []


def updates(status: dict[str, Any]) -> list[Update]:
    """The updates in one SolveStatus."""
    vertices = [
        VertexUpdate(
            vertex=vertex["digest"],
            name=vertex.get("name", ""),
            started=_seconds(vertex.get("started")),
            completed=_seconds(vertex.get("completed")),
            cached=bool(vertex.get("cached")),
            error=vertex.get("error", ""),
        )
        for vertex in status.get("vertexes") or ()
    ]
    transfers = [
        TransferUpdate(
            vertex=transfer["vertex"],
            id=transfer.get("id", ""),
            current=int(transfer.get("current") or 0),
            total=int(transfer.get("total") or 0),
        )
        for transfer in status.get("statuses") or ()
    ]
    logs = [
        LogUpdate(
            vertex=log["vertex"],
            data=base64.b64decode(log.get("data") or ""),
            stream=int(log.get("stream") or 1),
        )
        for log in status.get("logs") or ()
    ]
    return [*vertices, *transfers, *logs]


class PlainReader:
    """Reads `--progress=plain`: `#5 [2/3] RUN …`, `#5 0.12 output`, `#5 DONE 0.3s`, `#5 ERROR: …`."""

    _LINE = re.compile(r"^#(?P<vertex>\d+) (?P<rest>.*)$")
    _OUTPUT = re.compile(r"^(?P<seconds>\d+\.\d+) (?P<text>.*)$")
    _DONE = re.compile(r"^DONE (?P<seconds>[\d.]+)s$")

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def feed(self, line: str) -> list[Update]:
        """The updates that this line brings. Times count from each vertex's start."""
        match = self._LINE.match(line)
        if match is None:
            return [TrailingLine(line)] if line.strip() else []
        vertex, rest = match["vertex"], match["rest"]
        name = self._names.get(vertex)
        if name is None:
            self._names[vertex] = rest
            return [VertexUpdate(vertex, rest, started=0.0)]
        if output := self._OUTPUT.match(rest):
            return [LogUpdate(vertex, (output["text"] + "\n").encode())]
        end = self._end(vertex, name, rest)
        return [] if end is None else [end]

    def _end(self, vertex: str, name: str, rest: str) -> VertexUpdate | None:
        done = self._DONE.match(rest)
        if done is None and rest not in ("CACHED", "CANCELED") and not rest.startswith("ERROR: "):
            return None
        error = rest.removeprefix("ERROR: ") if rest.startswith("ERROR: ") else ""
        return VertexUpdate(
            vertex,
            name,
            started=0.0,
            completed=float(done["seconds"]) if done else 0.0,
            cached=rest == "CACHED",
            error="context canceled" if rest == "CANCELED" else error,
        )


def _seconds(moment: str | None) -> float | None:
    """Seconds since the epoch of an RFC 3339 time, whose nanoseconds are more than `datetime` reads."""
    if not moment:
        return None
    whole, _, fraction = moment.rstrip("Z").partition(".")
    base, offset = fraction, "+00:00"
    for sign in "+-":
        if sign in fraction:
            base, _, rest = fraction.partition(sign)
            offset = sign + rest
    try:
        return datetime.fromisoformat(whole + offset).timestamp() + float(f"0.{base or 0}")
    except ValueError:
        return None
