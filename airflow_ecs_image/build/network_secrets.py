"""What a build needs of this machine's network settings, as BuildKit secrets."""

from __future__ import annotations

import os
from pathlib import Path

from airflow_ecs_image.context import NetworkSettings, network_settings
from airflow_ecs_image.engine import Secret
from airflow_ecs_image.spec import ImageSpec


def network_of(spec: ImageSpec, directory: Path) -> NetworkSettings:
    """Index, proxy and CA bundle, by the files that the spec names and by this machine. SpecError for a file that cannot be read."""
    return network_settings(
        os.environ,
        pip_conf=directory / spec.pip_conf if spec.pip_conf else None,
        ca_bundle=directory / spec.ca_bundle if spec.ca_bundle else None,
    )


def network_secrets(network: NetworkSettings) -> tuple[Secret, ...]:
    """The secrets `network` and `ca-bundle`, as far as there is something to tell."""
    secrets = []
    if network.variables:
        secrets.append(Secret("network", value=network.variables))
    if network.ca_bundle is not None:
        secrets.append(Secret("ca-bundle", path=network.ca_bundle))
    return tuple(secrets)
