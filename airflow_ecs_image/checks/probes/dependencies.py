"""What `pip check` reports, without pip: unmet requirements and wheels of another platform."""

import email
import importlib.metadata
import os
import re
import sysconfig
from typing import Any


def probe(arguments: dict[str, Any]) -> dict[str, Any]:
    """`problems` is a list of lines; `distributions` is how many were looked at."""
    requirements, tags = packaging_modules()
    folders = {os.path.realpath(sysconfig.get_paths()[kind]) for kind in ("purelib", "platlib")}
    # The first distribution of a name on sys.path is the one that imports get.
    found: dict[str, Installed] = {}
    for distribution in importlib.metadata.distributions():
        installed = Installed(distribution)
        found.setdefault(normalised(installed.name), installed)
    supported = {str(tag) for tag in tags.sys_tags()}
    problems: list[str] = []
    looked_at = 0
    for installed in found.values():
        if os.path.realpath(str(installed.distribution.locate_file(""))) not in folders:
            continue
        looked_at += 1
        problems += unmet(installed, found, requirements)
        problems += foreign_wheel(installed, supported)
    return {"distributions": looked_at, "problems": sorted(problems)}


class Installed:
    """One distribution: its name, version and requirements, read once and without its long description."""

    def __init__(self, distribution: importlib.metadata.Distribution) -> None:
        self.distribution = distribution
        text = distribution.read_text("METADATA")
        head = email.message_from_string(
            (text or distribution.read_text("PKG-INFO") or "").partition("\n\n")[0]
        )
        self.name = head["Name"] or ""
        self.version = head["Version"] or ""
        self.requires = head.get_all("Requires-Dist") or []
        if text is None:
            self.requires = distribution.requires or []

    def __str__(self) -> str:
        return "%s %s" % (self.name, self.version)


def packaging_modules() -> tuple[Any, Any]:
    """`packaging` is one of Airflow's own requirements; pip brings a copy where it is missing."""
    try:
        import packaging.requirements
        import packaging.tags

        return packaging.requirements, packaging.tags
    except ImportError:
        from importlib import import_module

        return import_module("pip._vendor.packaging.requirements"), import_module(
            "pip._vendor.packaging.tags"
        )


def normalised(name: str) -> str:
    """A distribution name in the form that PEP 503 compares."""
    return re.sub(r"[-_.]+", "-", name).lower()


def unmet(installed: Installed, found: dict[str, Installed], requirements: Any) -> list[str]:
    """One line for each requirement of `installed` that is missing or has another version."""
    problems = []
    for text in installed.requires:
        try:
            requirement = requirements.Requirement(text)
        except requirements.InvalidRequirement:
            continue
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        other = found.get(normalised(requirement.name))
        if other is None:
            problems.append("%s requires %s, which is not installed" % (installed, requirement.name))
        elif not requirement.specifier.contains(other.version, prereleases=True):
            wanted = "%s%s" % (requirement.name, requirement.specifier)
            problems.append("%s requires %s, but %s is installed" % (installed, wanted, other.version))
    return problems


def foreign_wheel(installed: Installed, supported: set[str]) -> list[str]:
    """One line when the wheel was made for another interpreter or machine."""
    wheel = installed.distribution.read_text("WHEEL") or ""
    tags: set[str] = set()
    for line in wheel.splitlines():
        if line.startswith("Tag:"):
            tags |= expanded(line[len("Tag:") :].strip())
    if tags and not tags & supported:
        return ["%s is built for %s" % (installed, sorted(tags)[0])]
    return []


def expanded(tag: str) -> set[str]:
    """`py2.py3-none-any` as the single tags it stands for."""
    parts = tag.split("-")
    if len(parts) != 3:
        return set()
    return {
        "%s-%s-%s" % (python, abi, machine)
        for python in parts[0].split(".")
        for abi in parts[1].split(".")
        for machine in parts[2].split(".")
    }
