"""Dask clusters that are started here: on this machine, or as jobs of Slurm, PBS or LSF.

Whoever reaches a Dask scheduler can run code as its owner. So what is started here is bound to
loopback or, in a batch system, encrypted with certificates that live as long as the cluster.
"""

from __future__ import annotations

import ipaddress
import logging
import shutil
import socket
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sim.config.schema import Executor as ExecutorConfig
from sim.config.schema import ExecutorKind, Tls
from sim.ensemble.execute.threads import cores
from sim.errors import LandbridgeError

_HOME = "127.0.0.1"
_ANY_PORT = f"{_HOME}:0"  # for pages that nobody asked for: no other machine sees them
_SUBMITTED = 20.0  # seconds in which the first job is taken, or refused
_REACHED = 5.0  # seconds in which a scheduler's machine answers
_NO_JOB = "0"
_SUBMIT = {ExecutorKind.slurm: "sbatch", ExecutorKind.pbs: "qsub", ExecutorKind.lsf: "bsub"}


def refuse_absent(config: ExecutorConfig) -> None:
    """Raise LandbridgeError where nobody is there who could run anything; starts nothing."""
    command = _SUBMIT.get(config.kind)
    if config.address:
        parts = urlsplit(config.address if "//" in config.address else f"//{config.address}")
        try:
            to = (parts.hostname or "", parts.port or 0)
            with socket.create_connection(to, _REACHED) as connection:
                if parts.scheme in {"", "tcp"}:  # Dask's client waits for ever for its greeting
                    connection.recv(1)
        except (OSError, ValueError) as error:
            raise LandbridgeError(
                f"executor.address={config.address}: no Dask scheduler answers there ({error})"
            ) from error
    elif command and not shutil.which(command):
        raise LandbridgeError(
            f"executor={config.kind.name}: there is no {command} on this machine; run it where "
            "the batch system is, or with executor=threads"
        )


def start(config: ExecutorConfig) -> Any:
    """Start the cluster that the settings describe; raises LandbridgeError if it cannot be."""
    try:
        return _local(config.threads) if config.kind is ExecutorKind.dask else _jobs(config)
    except (OSError, RuntimeError, ValueError, TimeoutError) as error:
        raise LandbridgeError(
            f"executor={config.kind.name}: cannot be started ({' '.join(str(error).split())})"
        ) from error


def _local(workers: int) -> Any:
    """A process for each core of this machine, on loopback, that other users cannot talk to."""
    from distributed import LocalCluster, Security

    return LocalCluster(
        n_workers=workers or cores(),
        threads_per_worker=1,
        host=_HOME,
        protocol="tls://",
        security=Security.temporary(),
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    )


def _jobs(config: ExecutorConfig) -> Any:
    """Jobs of a batch system, asked for at once."""
    import dask_jobqueue

    kinds = {
        ExecutorKind.slurm: dask_jobqueue.SLURMCluster,
        ExecutorKind.pbs: dask_jobqueue.PBSCluster,
        ExecutorKind.lsf: dask_jobqueue.LSFCluster,
    }
    kind, failed = kinds[config.kind], list[Exception]()
    cluster = kind(**job_settings(config), job_cls=_telling(kind.job_cls, failed))
    cluster.scale(jobs=config.jobs.count)
    end = time.monotonic() + _SUBMITTED
    while time.monotonic() < end and not failed and not _submitted(cluster):
        time.sleep(0.05)
    if failed and not _submitted(cluster):
        cluster.close()
        raise failed[0]
    return cluster


def _telling(job: Any, failed: list[Exception]) -> Any:
    """A class of jobs that tells why the batch system refused one, which Dask only logs."""
    from distributed import Status

    class Job(job):  # type: ignore[misc]
        async def _submit_job(self, script: str) -> Any:
            try:
                return await super()._submit_job(script)
            except (OSError, RuntimeError) as error:
                failed.append(error)
                return _NO_JOB

        async def close(self) -> None:
            if self.job_id != _NO_JOB:
                await super().close()
            self.status = Status.closed

    return Job


def _submitted(cluster: Any) -> bool:
    return any(job.job_id not in (None, _NO_JOB) for job in cluster.workers.values())


def job_settings(config: ExecutorConfig) -> dict[str, Any]:
    """What dask-jobqueue is told; what is not set is left to the site's own settings."""
    jobs = config.jobs
    asked: dict[str, Any] = {
        "cores": jobs.cores,
        "processes": jobs.cores,
        "memory": jobs.memory,
        "walltime": jobs.walltime,
        "queue": jobs.queue,
        "project" if config.kind is ExecutorKind.lsf else "account": jobs.account,
        "interface": jobs.interface,
        "job_extra_directives": list(jobs.directives),
        "job_script_prologue": list(jobs.prologue),
    }
    reached: dict[str, Any] = {"dashboard_address": _ANY_PORT}
    if jobs.host:
        reached["host"] = jobs.host
    return {
        **{name: value for name, value in asked.items() if value},
        "python": sys.executable,
        "worker_extra_args": ["--dashboard-address", _ANY_PORT],
        "protocol": "tls://",
        "security": security(config.tls) or True,  # True: certificates of its own
        "shared_temp_directory": str(Path(jobs.shared_dir or ".").absolute()),
        "scheduler_options": reached,
    }


def security(tls: Tls) -> Any:
    """Certificates as Dask takes them, None if none are set; raises LandbridgeError for some."""
    given = {"ca": tls.ca, "cert": tls.cert, "key": tls.key}
    if not any(given.values()):
        return None
    for name, file in given.items():
        if not Path(file or "/").is_file():
            raise LandbridgeError(f"executor.tls.{name}={file}: no such file; TLS needs all three")
    from distributed import Security

    both = {
        f"tls_{role}_{part}": given[part]
        for role in ("client", "scheduler", "worker")
        for part in ("cert", "key")
    }
    return Security(tls_ca_file=tls.ca, require_encryption=True, **both)


def warn_if_open(config: ExecutorConfig) -> None:
    """Say so when a scheduler on another machine is talked to in the clear."""
    parts = urlsplit(config.address)
    if parts.scheme in {"tls", "wss"}:
        if not config.tls.ca:
            raise LandbridgeError(
                f"executor.address={config.address}: needs executor.tls.ca, cert, key"
            )
        return
    host = parts.hostname or config.address.rpartition(":")[0]
    if not _is_here(host):
        print(
            f"landbridge: executor.address={config.address} is not encrypted and anyone who "
            "reaches it can run code there; use tls:// with executor.tls.ca, cert and key",
            file=sys.stderr,
        )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
