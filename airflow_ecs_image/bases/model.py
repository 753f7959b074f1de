"""What a base is once it is resolved: the image that the build starts from, and how it was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BaseKind = Literal["official", "source"]
RootFilesystem = Literal["registry", "mirror"]


@dataclass(frozen=True)
class ResolvedBase:
    """The image of the first FROM.

    `reference` is pinned by digest when a registry answered. For a source base it is Debian: from the registry, or
    from this machine's image store, made from the Debian mirror (`root_filesystem`); `registry_reference` is then what
    a machine with a registry would use. `fallback` is true when `auto` took the source base because no registry
    answered.
    """

    kind: BaseKind
    reference: str
    name: str
    digest: str | None = None
    fallback: bool = False
    debian: str | None = None
    root_filesystem: RootFilesystem | None = None
    registry_reference: str | None = None
