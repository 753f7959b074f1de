"""The measurements that there are, each a line."""

from __future__ import annotations

from types import MappingProxyType

import bench.dag_fetch.measurement
import bench.image.measurement
import bench.levers.measurement
import bench.start_up.measurement

ALL = (
    bench.start_up.measurement.START_UP,
    bench.image.measurement.IMAGE,
    bench.levers.measurement.LEVERS,
    bench.dag_fetch.measurement.DAG_FETCH,
)
BY_NAME = MappingProxyType({each.name: each for each in ALL})
USUAL = tuple(each for each in ALL if each.name != "dag-fetch")
"""What is measured when nothing is named: the DAG fetch alone takes as long as all the rest."""
