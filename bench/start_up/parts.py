"""A start in its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """`spans` are pairs of moments; the part is the sum of the times between them."""

    name: str
    title: str
    spans: tuple[tuple[str, str], ...]

    def milliseconds(self, marks: Mapping[str, float]) -> float | None:
        """None where the run did not get so far."""
        if any(moment not in marks for span in self.spans for moment in span):
            return None
        return sum(marks[end] - marks[begin] for begin, end in self.spans)


START = "start"
"""The moment when the engine is asked to start the container."""

PARTS = (
    Part("runtime", "runtime start", ((START, "first-process"),)),
    Part("entrypoint", "entrypoint", (("first-process", "entrypoint"), ("base", "airflow"))),
    Part("fetch", "DAG fetch", (("entrypoint", "base"),)),
    Part("imports", "interpreter and imports", (("airflow", "imported"),)),
    Part("parse", "DAG parse", (("parse", "parsed"),)),
    # Airflow 3 talks to the API server before it parses and goes on after; Airflow 2 talks to the database after.
    Part("handshake", "handshake and task", (("imported", "parse"), ("parsed", "first-line"))),
)
"""Together they are the whole time from the start to the first line of task code."""
