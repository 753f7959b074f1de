"""The diagram in docs/how-it-works.md is the graph of the stages that a rendered Dockerfile has."""

from __future__ import annotations

import re

from .pages import ROOT, Page

_LAST_STAGE = "image"
_FROM = re.compile(r"^FROM (?:--platform=\S+ )?(?P<base>\S+)(?: AS (?P<name>\S+))?$", re.MULTILINE)
_FILES = re.compile(r"^COPY --from=([\w-]+)", re.MULTILINE)


def stage(word: str) -> str:
    """A stage that exists twice or more, plain, `-given` and `-packed`, is one to a reader."""
    return re.sub(r"\$\{\w+:\+-(given|packed)\}|(-given)?(-packed)?$", "", word)


def graph(dockerfile: str) -> set[tuple[str, str, str]]:
    """(stage, arrow, stage) for each FROM and each COPY between two stages of the Dockerfile."""
    stages = list(_FROM.finditer(dockerfile))
    own = {stage(match["name"]) for match in stages if match["name"]}
    ends = [match.start() for match in stages[1:]] + [len(dockerfile)]
    edges = set()
    for match, end in zip(stages, ends, strict=True):
        name = stage(match["name"] or _LAST_STAGE)
        edges.add((stage(match["base"]), "-->", name))
        edges |= {(stage(source), "-.->", name) for source in _FILES.findall(dockerfile, match.end(), end)}
    return {edge for edge in edges if edge[0] in own}


def test_the_diagram_is_the_graph_of_the_stages() -> None:
    golden = ROOT / "tests/unit/golden/source-airflow-3.Dockerfile"
    (diagram,) = (block for block in Page("docs/how-it-works.md").blocks() if block.startswith("flowchart"))
    drawn = {tuple(line.split()) for line in diagram.splitlines()[1:]}
    assert drawn == graph(golden.read_text(encoding="utf-8"))
