"""The words of the size report: what lies in a layer, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "distribution",
    "operating system",
    "Python",
    "entrypoint",
    "DAGs",
    "other files",
    "hidden by later layers",
]
"""What a group of files is. Files that a later layer deletes or replaces are in the image still: every pull fetches them."""


@dataclass(frozen=True)
class LayerFile:
    """One file of a layer: its absolute path, its bytes, and its share of the layer's compressed bytes."""

    path: str
    bytes: int
    compressed: int


@dataclass(frozen=True)
class Distribution:
    """An installed Python distribution. `site` is the folder that imports look into, `files` are absolute paths."""

    name: str
    version: str
    site: str
    files: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class LayerFiles:
    """What one layer holds. `whiteouts` are the paths that it hides; a folder that it empties ends with a slash.

    `readable` is false for a compression that this Python cannot read.
    """

    files: tuple[LayerFile, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    whiteouts: tuple[str, ...] = ()
    readable: bool = True


@dataclass(frozen=True)
class LayerWeight:
    """One layer of an image. `number` counts from 1, the lowest; `compressed` is what a registry would hold by gzip -6."""

    number: int
    diff_id: str
    role: str
    instruction: str
    files: int
    bytes: int
    compressed: int
    readable: bool = True


@dataclass(frozen=True)
class Group:
    """The files that belong together: a distribution, or the rest of one kind.

    `environment` is where a distribution is installed, empty where Airflow is. `layers` counts from 1, `role` is that of
    the layer with most of it. `compressed` is an estimate: its files' shares of their layers.
    """

    name: str
    kind: Kind
    version: str
    environment: str
    role: str
    layers: tuple[int, ...]
    files: int
    bytes: int
    compressed: int

    @property
    def title(self) -> str:
        """The name for people: with the environment where that is not Airflow's."""
        return f"{self.name} in {self.environment}" if self.environment else self.name


@dataclass(frozen=True)
class SizeReport:
    """An image's layers, lowest first, and its groups, the heaviest first."""

    image: str
    image_id: str
    platform: str
    layers: tuple[LayerWeight, ...]
    groups: tuple[Group, ...]

    @property
    def bytes(self) -> int:
        """The unpacked bytes of all files of all layers."""
        return sum(layer.bytes for layer in self.layers)

    @property
    def compressed(self) -> int:
        """The bytes of the layers as a registry holds them."""
        return sum(layer.compressed for layer in self.layers)

    def distributions(self) -> tuple[Group, ...]:
        """The groups that are distributions."""
        return tuple(group for group in self.groups if group.kind == "distribution")

    def as_json(self) -> dict[str, Any]:
        """A document of JSON types; sizes in bytes."""
        return {
            "image": self.image,
            "image_id": self.image_id,
            "platform": self.platform,
            "compressed_bytes": self.compressed,
            "unpacked_bytes": self.bytes,
            "layers": [
                {
                    "layer": layer.number,
                    "diff_id": layer.diff_id,
                    "role": layer.role,
                    "instruction": layer.instruction,
                    "files": layer.files,
                    "compressed_bytes": layer.compressed,
                    "unpacked_bytes": layer.bytes,
                    "readable": layer.readable,
                }
                for layer in self.layers
            ],
            "groups": [
                {
                    "name": group.name,
                    "kind": group.kind,
                    "version": group.version or None,
                    "environment": group.environment or None,
                    "role": group.role,
                    "layers": list(group.layers),
                    "files": group.files,
                    "compressed_bytes_estimate": group.compressed,
                    "unpacked_bytes": group.bytes,
                }
                for group in self.groups
            ],
        }
