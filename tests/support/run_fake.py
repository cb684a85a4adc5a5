"""The command line over the fake model, for tests that need a process of its own.

`python -m tests.support.run_fake CONFIGS PAUSE ARGUMENTS...`
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sim.cli import main
from tests.support.fakes import FakeSimulator, use_configs

if __name__ == "__main__":
    folder, pause, *arguments = sys.argv[1:]
    patch = pytest.MonkeyPatch()
    use_configs(patch, Path(folder))
    patch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "fake")
    sys.exit(main(arguments, FakeSimulator(pause=float(pause)), lambda directory: []))
