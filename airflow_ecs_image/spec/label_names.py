"""The names of this toolkit's own labels on an image, which several rooms read."""

from __future__ import annotations

OWN = "io.airflow-ecs-image"
BASE_FALLBACK = f"{OWN}.base-fallback"
BAKED_CREDENTIALS = f"{OWN}.baked-credentials"
WRITABLE_PATHS = f"{OWN}.writable-paths"
