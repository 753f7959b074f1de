"""What a build step is called: BuildKit's name of a vertex made short enough for one line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from airflow_ecs_image.console.terminal import cut, one_line

# BuildKit's forms: "[2/5] RUN …", "[stage-1 2/5] RUN …", "[linux/arm64 builder 2/5] RUN …".
_STEP = re.compile(
    r"^\[(?:(?P<platform>\w+/[\w/]+) )?(?:(?P<stage>[^\s\]]+) )?(?P<number>\d+)/(?P<total>\d+)\] +"
    r"(?P<instruction>.*)$",
    re.DOTALL,
)
_UNNAMED_STAGE = re.compile(r"^stage-\d+$")
_FLAG = re.compile(r"^--[a-z-]+(?:=\S*)?$")
_HEREDOC = re.compile(
    r"<<-?['\"]?\w+['\"]?\s*(?P<interpreter>[^(]*?)\s*\((?P<first>.*?)(?:\.\.\.)?\)\s*$", re.DOTALL
)
_SHELL_OPTIONS = re.compile(r"^set(?: -[a-z]+| pipefail)+\s*(?:;|&&)\s*")
_BUILD_WORK = {
    "exporting to image": "store the image",
    "exporting to docker image format": "store the image",
    "exporting to oci image format": "store the image",
    "importing to docker": "load the image into the engine",
    "[internal] load build context": "send the build context",
}
_METADATA = "[internal] load metadata for "


@dataclass(frozen=True)
class StepName:
    """A vertex as people know it.

    `is_step` tells an instruction of the Dockerfile from BuildKit's own work; `is_base` marks a FROM;
    `hidden` marks work that says nothing to people. `stage` is the part in brackets, `instruction` the whole
    command in one line, `title` its beginning as a person would name it.
    """

    is_step: bool
    is_base: bool
    hidden: bool
    stage: str
    instruction: str
    title: str

    @property
    def counts(self) -> bool:
        """Whether it is work that the cache can save: an instruction of the Dockerfile but FROM."""
        return self.is_step and not self.is_base

    def line(self, width: int | None = None) -> str:
        """Stage and title, cut to the width in columns."""
        text = f"{self.stage} {self.title}" if self.stage else self.title
        return cut(text, width) if width is not None else text


def step_name(vertex_name: str) -> StepName:
    """Read the name that BuildKit gives a vertex, which may hold a whole heredoc."""
    match = _STEP.match(vertex_name.strip())
    if match is None:
        return _build_work(one_line(vertex_name))
    instruction = match["instruction"]
    stage = match["stage"] or ""
    place = " ".join(
        part
        for part in (
            match["platform"],
            "" if _UNNAMED_STAGE.match(stage) else stage,
            f"{match['number']}/{match['total']}",
        )
        if part
    )
    return StepName(
        is_step=True,
        is_base=instruction.startswith("FROM "),
        hidden=False,
        stage=f"[{place}]",
        instruction=one_line(instruction),
        title=_title(instruction),
    )


def _build_work(name: str) -> StepName:
    title = _BUILD_WORK.get(name, "")
    if name.startswith(_METADATA):
        title = f"look up {name.removeprefix(_METADATA)}"
    return StepName(
        is_step=False, is_base=False, hidden=not title, stage="", instruction=name, title=title or name
    )


def _title(instruction: str) -> str:
    keyword, _, rest = instruction.partition(" ")
    if keyword == "FROM":
        return f"FROM {one_line(rest).removeprefix('docker.io/library/').removeprefix('docker.io/')}"
    words = rest.split(" ")
    while words and (_FLAG.match(words[0]) or not words[0]):
        words.pop(0)
    command = " ".join(words)
    heredoc = _HEREDOC.search(command)
    if keyword == "RUN" and heredoc is not None:
        first_line = heredoc["first"].strip().splitlines()[0] if heredoc["first"].strip() else ""
        if first_line.startswith("#"):
            return one_line(first_line.lstrip("# "))
        return one_line(f"RUN {heredoc['interpreter']} {first_line}")
    if "<<" in command:
        command = command.strip().splitlines()[0] if command.strip() else ""
    command = _SHELL_OPTIONS.sub("", command.strip())
    return one_line(f"{keyword} {command}")
