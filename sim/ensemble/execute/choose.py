"""Which engine runs the blocks: the one that the settings ask for."""

from __future__ import annotations

from sim.config.schema import Engine as EngineConfig
from sim.config.schema import EngineKind
from sim.ensemble.execute.tasks import Worker
from sim.ensemble.execute.threads import Engine, Threads


def engine(config: EngineConfig, worker: Worker) -> Engine:
    """The engine that the settings ask for; raises LandbridgeError if it cannot be reached."""
    if config.kind is EngineKind.threads:
        return Threads(worker, config.threads)
    from sim.ensemble.execute.dask_executor import Cluster  # slow to import

    return Cluster(config)
