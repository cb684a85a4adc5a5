"""A real Dask cluster for tests: a scheduler and nodes as processes on loopback addresses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCHEDULER = "127.0.0.2"


@dataclass
class Nodes:
    """Processes that are ended by their own ids."""

    folder: Path
    protocol: str = "tcp"
    tls: Sequence[str] = ()  # options that name certificates
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Nodes:
        self._start(
            SCHEDULER,
            "distributed.cli.dask_scheduler",
            *("--host", f"{self.protocol}://{SCHEDULER}:0", "--scheduler-file", str(self.file)),
            *("--dashboard-address", f"{SCHEDULER}:0"),
        )
        until = time.monotonic() + 30
        while not self.file.exists():
            assert time.monotonic() < until, "no scheduler"
            time.sleep(0.05)
        return self

    @property
    def file(self) -> Path:
        return self.folder / "scheduler.json"

    @property
    def address(self) -> str:
        import json

        return str(json.loads(self.file.read_text())["address"])

    def join(self, host: str) -> None:
        """A node of one core."""
        local = self.folder / f"local-{host}-{time.monotonic_ns()}"
        self._start(
            host,
            "distributed.cli.dask_worker",
            *(self.address, "--host", host, "--nworkers", "1", "--nthreads", "1"),
            *("--no-dashboard", "--local-directory", str(local), "--memory-limit", "1GiB"),
        )

    def kill(self, host: str) -> None:
        """As if the plug were pulled: the nanny and its worker at once."""
        process = self.running.pop(host)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    def _start(self, host: str, module: str, *arguments: str) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        }
        log = (self.folder / f"{host}.log").open("ab")
        with log:
            self.running[host] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments, *self.tls],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.running.values()):
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)
