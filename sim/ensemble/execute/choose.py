"""Which executor runs the blocks: the one that the settings ask for."""

from __future__ import annotations

from sim.config.schema import Executor as ExecutorConfig
from sim.config.schema import ExecutorKind
from sim.ensemble.execute.tasks import Worker
from sim.ensemble.execute.threads import Executor, Threads


def refuse_absent(config: ExecutorConfig) -> None:
    """Raise LandbridgeError where nobody is there who could run blocks; starts nothing."""
    if config.kind is not ExecutorKind.threads:
        from sim.ensemble.execute import dask_clusters

        dask_clusters.refuse_absent(config)


def executor(config: ExecutorConfig, worker: Worker) -> Executor:
    """The executor that the settings ask for; raises LandbridgeError if it cannot be reached."""
    if config.kind is ExecutorKind.threads:
        return Threads(worker, config.threads)
    from sim.ensemble.execute.dask_executor import Cluster  # slow to import

    return Cluster(config)
