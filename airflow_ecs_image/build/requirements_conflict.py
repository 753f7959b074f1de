"""A resolver's explanation turned into what a person has to change: lines of the requirements, and what they clash with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airflow_ecs_image.build.requirement_lines import RequirementLine, normal_specifier
from airflow_ecs_image.build.resolver_explanation import Demand, Explanation, Missing, Package
from airflow_ecs_image.errors import BuildFailed, RequirementsConflict
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.versions import EXECUTOR_PACKAGE

_MOST_LINES = 6
_LONGEST = 160
_NAMED_LINES = 3


@dataclass(frozen=True)
class Requirements:
    """The file as the spec names it, its lines, and the versions that the lock of the base pins, where it is known."""

    path: str
    lines: Sequence[RequirementLine]
    pins: Mapping[str, str]

    def asked_in(self, package: Package) -> RequirementLine | None:
        """The line that asks for exactly this, if one does."""
        specifier = normal_specifier(package.specifier)
        same_name = [line for line in self.lines if line.name == package.name]
        return next((line for line in same_name if line.specifier == specifier), None)

    def is_pin(self, demand: Demand) -> bool:
        """Whether the image holds exactly this version and no line of the file asks for it."""
        package, by = demand.package, demand.by
        if not package.specifier.startswith("=="):
            return False
        if self.pins.get(package.name) == package.specifier[2:]:
            return True
        if by is None:
            return self.asked_in(package) is None
        return by.name.startswith("apache-airflow") and by.specifier.startswith("==")


@dataclass(frozen=True)
class _Clash:
    """Two demands for one package that contradict each other; `pinned` when the image decides the second."""

    ours: Demand
    theirs: Demand
    pinned: bool


def conflict(
    explanation: Explanation, requirements: Requirements, spec: ImageSpec
) -> RequirementsConflict | None:
    """The conflict that the resolver explains, or None where nothing clashes."""
    clashes = _clashes(explanation, requirements)
    if not clashes and explanation.missing:
        return None
    details = [_said(clash, requirements) for clash in clashes] or list(explanation.premises)
    if any(clash.pinned for clash in clashes):
        subject = f"{requirements.path} does not fit Airflow {spec.airflow_version} and its constraints"
        mend = "change these lines to versions that the constraints allow, or leave the version to the constraints"
    else:
        subject = f"{requirements.path} cannot be installed as a whole"
        mend = "change one of these lines so that they fit together"
    if any(clash.theirs.package.name == "apache-airflow" for clash in clashes):
        mend = "leave Airflow's version to the image, or build that Airflow: --airflow-version"
    return RequirementsConflict(
        f"{subject} ({_named(concerned(explanation, requirements.lines))})",
        mend=mend,
        details=tuple(_short(text) for text in details[:_MOST_LINES]),
    )


def missing_from_index(
    explanation: Explanation, requirements: Requirements, spec: ImageSpec
) -> BuildFailed | None:
    """The failure for a requirement that the index cannot serve, or None where it serves all."""
    if not explanation.missing:
        return None
    # uv ends with the newest versions, which are those that people want.
    missing = explanation.missing[-1]
    lines = concerned(explanation, requirements.lines)
    direct = [line for line in lines if line.name == missing.package.name]
    is_asked_so = requirements.asked_in(missing.package) is not None
    reason, mend = _unavailable(missing, "it" if is_asked_so else missing.package.text, spec)
    if not direct:
        reason = f"it needs {missing.package.text}, and {reason}"
    place = f" {_named(direct or lines)}" if lines else ""
    return BuildFailed(f"{requirements.path}{place} — {reason}", mend=mend)


def concerned(explanation: Explanation, lines: Sequence[RequirementLine]) -> list[RequirementLine]:
    """The lines that the explanation is about."""
    asked = [line for line in lines if line.name in explanation.required]
    mentioned = {demand.package.name for demand in explanation.demands}
    mentioned |= {missing.package.name for missing in explanation.missing}
    return asked or [line for line in lines if line.name in mentioned]


def _clashes(explanation: Explanation, requirements: Requirements) -> list[_Clash]:
    """The contradictions, those of the newest versions first."""
    by_name: dict[str, list[Demand]] = {}
    for demand in explanation.demands:
        if demand.package.specifier:
            by_name.setdefault(demand.package.name, []).append(demand)
    clashes = []
    for demands in by_name.values():
        theirs, pinned = _standing(demands, requirements)
        others = [each for each in demands if _condition(each) != _condition(theirs)]
        if others:
            clashes.append(_Clash(max(others, key=_newest), theirs, pinned))
    clashes.sort(key=lambda clash: _newest(clash.ours), reverse=True)
    # Where something pinned clashes, that is the cause of the rest.
    return [clash for clash in clashes if clash.pinned] or clashes


def _standing(demands: Sequence[Demand], requirements: Requirements) -> tuple[Demand, bool]:
    """The demand that cannot change, and whether it is the image's."""
    pinned = [each for each in demands if requirements.is_pin(each)]
    if pinned:
        return pinned[-1], True
    # uv writes a constraint as a dependency of whatever needs the package.
    exact = [each for each in demands if _condition(each).startswith("==") and each.by is not None]
    subjects = [each.by.name for each in demands if each.by is not None]
    as_constraint = [each for each in exact if each.by is not None and subjects.count(each.by.name) > 1]
    if as_constraint and all(line.name != demands[0].package.name for line in requirements.lines):
        return max(as_constraint, key=_newest), True
    return demands[-1], False


def _condition(demand: Demand) -> str:
    return normal_specifier(demand.package.specifier)


def _newest(demand: Demand) -> tuple[int, ...]:
    return (demand.by or demand.package).newest


def _said(clash: _Clash, requirements: Requirements) -> str:
    stands = clash.theirs.by
    theirs = f"Airflow's constraints pin {clash.theirs.package.text}"
    if not clash.pinned or (stands is not None and stands.name.startswith("apache-airflow")):
        theirs = _asked(clash.theirs, requirements)
    elif clash.theirs.package.name in ("apache-airflow", EXECUTOR_PACKAGE):
        theirs = f"the image has {clash.theirs.package.text}"
    return f"{_asked(clash.ours, requirements)}, but {theirs}"


def _asked(demand: Demand, requirements: Requirements) -> str:
    if demand.by is not None:
        return f"{demand.by.text} needs {demand.package.text}"
    line = requirements.asked_in(demand.package)
    return f"{f'line {line.number}' if line else 'a line'} asks for {demand.package.text}"


def _unavailable(missing: Missing, subject: str, spec: ImageSpec) -> tuple[str, str]:
    names = "check the name and the version, and the index in --pip-conf"
    other = "take a version that has one"
    wheel = f"{subject} has no wheel for"
    return {
        "package": ("the package index has no package of that name", names),
        "version": ("the package index has no such version", names),
        "newest": (f"the package index has only {missing.package.text}", names),
        "platform wheel": (f"{wheel} {' or '.join(spec.platform)}", other),
        "wheel": (f"{wheel} Python {spec.python_version}", f"{other}, or build for another --python-version"),
        "python": (
            f"{subject} needs {missing.python}, the image has Python {spec.python_version}",
            "take an older version, or build for another --python-version",
        ),
    }[missing.kind]


def _named(lines: Sequence[RequirementLine]) -> str:
    if not lines:
        return "see below"
    more = len(lines) - _NAMED_LINES
    return "; ".join(map(str, lines[:_NAMED_LINES])) + (f"; and {more} more" if more > 0 else "")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
