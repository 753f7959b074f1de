"""From what lies in the layers to the report: which group each file belongs to, and what that adds up to."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from airflow_ecs_image.engine.images import ImageDetails
from airflow_ecs_image.engine.layer_sizes import layer_instructions
from airflow_ecs_image.size_report.kinds import environment_of, kind_of
from airflow_ecs_image.size_report.model import Group, Kind, LayerFile, LayerFiles, LayerWeight, SizeReport
from airflow_ecs_image.size_report.records import Owners
from airflow_ecs_image.size_report.roles import AIRFLOW, role

_DAG_FOLDER = "/opt/airflow/dags"
_HIDDEN: Kind = "hidden by later layers"

Key = tuple[Kind, str, str]
"""Kind, environment and name of a group."""


@dataclass
class _Sum:
    """What a group adds up to so far; `roles` are bytes by the layer's role."""

    version: str = ""
    layers: set[int] = field(default_factory=set)
    roles: Counter[str] = field(default_factory=Counter)
    files: int = 0
    bytes: int = 0
    compressed: float = 0.0

    def add(self, placed: _Placed, number: int, title: str, scale: float) -> None:
        """Count a file of the layer `number` of the role `title`; `scale` is what its compressed share is worth."""
        self.version = placed.version
        self.layers.add(number)
        self.roles[title] += placed.file.bytes
        self.files += 1
        self.bytes += placed.file.bytes
        self.compressed += placed.file.compressed * scale


@dataclass(frozen=True)
class _Placed:
    """A file with its group. `own_kind` is what it is, also where its group is that of the hidden files."""

    file: LayerFile
    own_kind: Kind
    environment: str
    key: Key
    version: str


class _Places:
    """Finds the group of each file; layers are placed from the lowest up."""

    def __init__(self, layers: Sequence[LayerFiles], dag_folder: str) -> None:
        self._dag_folder = dag_folder
        self._site = _airflow_site(layers)
        self._hidden = _hidden(layers)
        self._owners = Owners()

    def place(self, number: int, layer: LayerFiles) -> list[_Placed]:
        """The files of the next layer."""
        self._owners.add(layer)
        return [self._placed(number, file) for file in layer.files]

    def _placed(self, number: int, file: LayerFile) -> _Placed:
        owner = self._owners.of(file.path)
        kind: Kind = "distribution" if owner else kind_of(file.path, self._dag_folder)
        environment = environment_of(owner.site) if owner and owner.site != self._site else ""
        if (number, file.path) in self._hidden:
            return _Placed(file, kind, environment, (_HIDDEN, "", _HIDDEN), "")
        if owner is None:
            return _Placed(file, kind, environment, (kind, "", kind), "")
        return _Placed(file, kind, environment, (kind, environment, owner.name), owner.version)


def report_of(
    image: str, details: ImageDetails, layers: Sequence[LayerFiles], compressed: Sequence[int | None]
) -> SizeReport:
    """The report. `layers` and `compressed` (the bytes of each layer by gzip -6, None where not known) are lowest first.

    The files' shares are scaled to the layer's own compressed bytes, which hold the archive's headers too.
    """
    places = _Places(layers, details.environment.get("AIRFLOW__CORE__DAGS_FOLDER") or _DAG_FOLDER)
    instructions = layer_instructions(details.layers, details.history)
    sums: defaultdict[Key, _Sum] = defaultdict(_Sum)
    weights = []
    above = False
    for number, (layer, exact) in enumerate(zip(layers, compressed, strict=True), 1):
        placed = places.place(number, layer)
        title = _role(layer, placed, above=above)
        above = above or any(each.name in AIRFLOW for each in layer.distributions)
        shares = sum(file.compressed for file in layer.files)
        scale = exact / shares if exact is not None and shares else 1.0
        for each in placed:
            sums[each.key].add(each, number, title, scale)
        weights.append(
            LayerWeight(
                number=number,
                diff_id=details.layers[number - 1],
                role=title,
                instruction=instructions[number - 1],
                files=len(layer.files),
                bytes=sum(file.bytes for file in layer.files),
                compressed=shares if exact is None else exact,
                readable=layer.readable,
            )
        )
    return SizeReport(image, details.id, details.platform, tuple(weights), _groups(sums))


def _role(layer: LayerFiles, placed: Sequence[_Placed], *, above: bool) -> str:
    """What the layer is for. Hidden files count too: a base's own Airflow stays its Airflow."""
    kinds: Counter[Kind] = Counter()
    environments: Counter[str] = Counter()
    for each in placed:
        kinds[each.own_kind] += each.file.bytes
        if each.own_kind == "distribution":
            environments[each.environment] += each.file.bytes
    return role(layer, kinds, environments, above=above)


def _groups(sums: dict[Key, _Sum]) -> tuple[Group, ...]:
    groups = [
        Group(
            name=name,
            kind=kind,
            version=each.version,
            environment=environment,
            role=each.roles.most_common(1)[0][0],
            layers=tuple(sorted(each.layers)),
            files=each.files,
            bytes=each.bytes,
            compressed=round(each.compressed),
        )
        for (kind, environment, name), each in sums.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.compressed, -group.bytes, group.title)))


def _airflow_site(layers: Sequence[LayerFiles]) -> str:
    """The folder of packages that holds Airflow; empty where no layer has it."""
    return next((each.site for layer in layers for each in layer.distributions if each.name in AIRFLOW), "")


def _hidden(layers: Sequence[LayerFiles]) -> set[tuple[int, str]]:
    """Layer and path of each file that a later layer deletes or replaces."""
    hidden: set[tuple[int, str]] = set()
    seen: set[str] = set()
    gone: set[str] = set()
    for number in range(len(layers), 0, -1):
        layer = layers[number - 1]
        for file in layer.files:
            if file.path in seen or (gone and _under(file.path, gone)):
                hidden.add((number, file.path))
        seen.update(file.path for file in layer.files)
        gone.update(path.rstrip("/") for path in layer.whiteouts)
    return hidden


def _under(path: str, gone: set[str]) -> bool:
    """Whether the path or a folder above it is gone."""
    while path != "/":
        if path in gone:
            return True
        path = posixpath.dirname(path)
    return False
