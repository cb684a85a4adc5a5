"""A real Slurm of two nodes of one core on loopback, for a test; run as root, no systemd needed."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sinfo", "squeue", "sbatch", "scancel")
NODES = ("n1", "n2")

_CONFIG = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
AuthType=auth/munge
AuthInfo=socket={at}/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={at}/state
SlurmdSpoolDir={at}/spool/%n
SlurmctldPidFile={at}/slurmctld.pid
SlurmdPidFile={at}/slurmd.%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 RealMemory=2000
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=2000
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


def why_not() -> str:
    """Why Slurm cannot be started here, '' if it can."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if absent:
        return f"Slurm is not installed ({', '.join(absent)} missing)"
    return "" if os.geteuid() == 0 else "Slurm's daemons are started as root"


@dataclass
class Slurm:
    """Daemons that are ended by their own ids."""

    at: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> Mapping[str, str]:
        """What Slurm's commands need to find it."""
        return {"SLURM_CONF": str(self.at / "slurm.conf")}

    def __enter__(self) -> Slurm:
        for name in ("state", "spool"):
            (self.at / name).mkdir()
        key = self.at / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(1024))
        self._munge()
        ports = [_free_port() for _ in range(3)]
        text = _CONFIG.format(at=self.at, host=socket.gethostname(), ports=ports)
        (self.at / "slurm.conf").write_text(text)
        self._start("slurmctld", "-D")
        for node in NODES:
            self._start("slurmd", "-D", "-N", node)
        _wait(lambda: self.ask("sinfo", "-h", "-o", "%D %t") == "2 idle", "nodes are not idle")
        return self

    def ask(self, *command: str) -> str:
        """The output of one of Slurm's commands."""
        done = subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, text=True
        )
        return done.stdout.strip()

    def _munge(self) -> None:
        options = {
            "key-file": "munge.key",
            "socket": "munge.socket",
            "pid-file": "munged.pid",
            "log-file": "munged.log",
            "seed-file": "munge.seed",
        }
        files = [f"--{option}={self.at / name}" for option, name in options.items()]
        self._start("munged", "--foreground", "--force", "--num-threads=2", *files)
        _wait((self.at / "munge.socket").exists, "munge has no socket")

    def _start(self, *command: str) -> None:
        with (self.at / f"{command[0]}-{len(self.running)}.out").open("wb") as log:
            self.running.append(
                subprocess.Popen(
                    command,
                    env={**os.environ, **self.environment},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def __exit__(self, *_: object) -> None:
        self.ask("scancel", "--user=root")
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(ready: Callable[[], bool], problem: str) -> None:
    until = time.monotonic() + 30
    while not ready():
        assert time.monotonic() < until, problem
        time.sleep(0.1)
