"""What uv says when it finds no solution, read sentence by sentence: who asks for what, and what there is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from airflow_ecs_image.build.requirement_lines import normal_name

NO_SOLUTION = "No solution found when resolving dependencies"
_CONDITION = r"(?:==|!=|~=|<=|>=|<|>)[^\s,]+"
_PACKAGE = rf"[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]\s]*\])?(?:{_CONDITION}(?:,{_CONDITION})*)?"
_DEPENDS = re.compile(rf"({_PACKAGE}) depends on ({_PACKAGE})")
_REQUIRE = re.compile(rf"you require ({_PACKAGE})")
_ALONE = re.compile(rf"{_PACKAGE}")

MissingKind = Literal["package", "version", "newest", "platform wheel", "wheel", "python"]
_MISSING: tuple[tuple[MissingKind, re.Pattern[str]], ...] = (
    ("package", re.compile(rf"({_PACKAGE}) was not found in ")),
    ("version", re.compile(rf"there (?:is|are) no versions? of ({_PACKAGE})")),
    ("newest", re.compile(rf"only ({_PACKAGE}) is available")),
    ("platform wheel", re.compile(rf"({_PACKAGE}) has no wheels with a matching platform")),
    ("wheel", re.compile(rf"({_PACKAGE}) has no wheels ")),
)


@dataclass(frozen=True)
class Package:
    """A package with the versions that are meant, such as `botocore>=1.29.76,<1.29.77`."""

    text: str

    @property
    def name(self) -> str:
        """The normal name, without extras and versions."""
        return normal_name(re.split(r"[\[=!~<>]", self.text, maxsplit=1)[0])

    @property
    def specifier(self) -> str:
        """The version conditions as uv wrote them."""
        found = re.search(r"[=!~<>].*", self.text)
        return found[0] if found else ""

    @property
    def newest(self) -> tuple[int, ...]:
        """The numbers of the last version that is named, to compare with."""
        return tuple(int(number) for number in re.findall(r"\d+", self.specifier.rpartition(",")[2]))


@dataclass(frozen=True)
class Demand:
    """A package that is asked for: by a package (`by`), or by the requirements, the image or its constraints (None)."""

    package: Package
    by: Package | None


@dataclass(frozen=True)
class Missing:
    """Something that the index does not have, or not for this Python or platform; `python` is what it needs then."""

    kind: MissingKind
    package: Package
    python: str = ""


@dataclass(frozen=True)
class Explanation:
    """The reasons in the order that uv gives them; `premises` are its own words, without its conclusions."""

    demands: tuple[Demand, ...]
    missing: tuple[Missing, ...]
    premises: tuple[str, ...]

    @property
    def required(self) -> frozenset[str]:
        """The names of what is asked for directly."""
        return frozenset(each.package.name for each in self.demands if each.by is None)


def read_explanation(log: str) -> Explanation | None:
    """The explanation in the output of uv, or None where it gives none."""
    _, found, rest = log.rpartition(NO_SOLUTION)
    if not found:
        return None
    # Older releases draw the explanation into a tree.
    text = " ".join(re.sub(r"[╰─▶├│×]+", " ", re.split(r"\n\s*hint:", rest)[0]).split())
    premises = tuple(
        re.split(r",? we can conclude that ", sentence)[0].strip(" .:")
        for sentence in re.split(r"\b(?:And because|Because)\b", text)[1:]
    )
    demands: list[Demand] = []
    missing: list[Missing] = []
    for premise in premises:
        _read_premise(premise, demands, missing)
    return Explanation(tuple(demands), tuple(missing), premises)


def _read_premise(premise: str, demands: list[Demand], missing: list[Missing]) -> None:
    for clause in premise.split(" and "):
        if depends := _DEPENDS.fullmatch(clause):
            subject, package = Package(depends[1]), Package(depends[2])
            if package.name == "python":
                missing.append(Missing("python", subject, package.text))
            else:
                demands.append(Demand(package, subject))
        elif require := _REQUIRE.fullmatch(clause):
            demands.append(Demand(Package(require[1]), None))
        elif _ALONE.fullmatch(clause) and Package(clause).specifier:
            demands.append(Demand(Package(clause), None))
        else:
            kinds = ((kind, pattern.match(clause)) for kind, pattern in _MISSING)
            missing += [Missing(kind, Package(found[1])) for kind, found in kinds if found][:1]
