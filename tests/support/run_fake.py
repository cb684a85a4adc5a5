"""The command line over the fake model, for tests that need a process of its own.

`python -m tests.support.run_fake CONFIGS PAUSE ARGUMENTS...`
"""

from __future__ import annotations

import sys
from pathlib import Path

import sim.config.compose
import sim.ensemble.store.manifest
from sim.cli import main
from tests.support.fakes import FakeSimulator

if __name__ == "__main__":
    folder, pause, *arguments = sys.argv[1:]
    sim.config.compose.configs = lambda: Path(folder)
    sim.ensemble.store.manifest.code_hash = lambda: "fake"
    sys.exit(main(arguments, FakeSimulator(pause=float(pause)), lambda directory: []))
