"""What a registry says of an image: the blobs that it is made of, and their bytes."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

_KINDS = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"


def manifest(address: str, repository: str, tag: str) -> dict[str, Any]:
    """The manifest of an image in a registry of this machine (OCI distribution specification, "Pulling manifests")."""
    request = urllib.request.Request(
        f"http://{address}/v2/{repository}/manifests/{tag}", headers={"Accept": _KINDS}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        document: dict[str, Any] = json.load(answer)
    return document


def layers(found: dict[str, Any]) -> dict[str, int]:
    """Digest → bytes of the layers as they are stored."""
    return {layer["digest"]: layer["size"] for layer in found["layers"]}


def blobs(found: dict[str, Any]) -> dict[str, int]:
    """Digest → bytes of all that a push of the image sends: the layers and the configuration."""
    return {**layers(found), found["config"]["digest"]: found["config"]["size"]}
