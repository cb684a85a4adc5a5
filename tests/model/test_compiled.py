"""Compilation: the same numbers without it, and nothing new to compile in a second scenario."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.jit import shared
from sim.model.state import ATTACKING
from tests.support import digest
from tests.support.play import worlds

ROOT = Path(__file__).resolve().parents[2]
MOST_FORMS = 2  # of a kernel that Python calls: whole arrays, and strides of them
LONGEST = 120.0  # of a core, twice what a busy machine needed


def process(what: str, **env: str) -> dict[str, Any]:
    """What a process of its own says."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.digest", what],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_results_are_the_same_without_compilation() -> None:
    """Outcomes and state bit for bit, of a small war and of ten days of the theatre."""
    assert process("digests", NUMBA_DISABLE_JIT="1") == digest.digests()


def test_the_small_war_has_everything() -> None:
    """Or the digest would prove little."""
    model = worlds(digest.war(), 6)
    busy = set()
    while model.day < 28:
        model.step()
        busy |= set(np.unique(model.state.campaign.phase).tolist())
    side = model.state.side
    assert ATTACKING in busy
    for name in ("lost", "joined", "given", "taken", "crossings", "strikes", "surged"):
        assert side[name].sum() > 0, name
    assert model.state.pair.alarm.max() > 0.0
    assert model.state.pair.posture.any()


TWIN = "from sim.jit import kernel\n\n\n@kernel\ndef twice(x):\n    return x + x\n"


def test_a_second_checkout_compiles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds the kernels of another one with the same sources, however old its files are."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    files = [tmp_path / name / "twin.py" for name in ("one", "other")]
    monkeypatch.setattr(shared, "_SOURCES", {str(file) for file in files})
    hits = []
    for file in files:
        file.parent.mkdir()
        file.write_text(TWIN, encoding="utf-8")
        spec = spec_from_file_location("twin", file)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        assert [module.twice(x) for x in (1, 1.5, 1j)] == [2, 3.0, 2j]
        hits.append(sum(module.twice.stats.cache_hits.values()))
    assert hits == [0, 3]
    assert len(list((tmp_path / "cache").rglob("*.nbc"))) == 3


def test_a_second_scenario_compiles_nothing() -> None:
    """Another horizon, tick, batch and transit; and each kernel is compiled a few times at most."""
    found = process("compiled")
    assert found["after"] == found["before"]
    assert len(found["parts"]) > 100


@pytest.mark.slow
def test_a_cold_start_compiles_every_kernel_once(tmp_path: Path) -> None:
    """Not again for a constant, or for a whole number of another size, and not for long."""
    found = process("compiled", NUMBA_CACHE_DIR=str(tmp_path))
    assert {name for name, forms in found["parts"].items() if forms > 1} == set()
    assert max(found["before"].values()) <= MOST_FORMS
    assert found["seconds"] < LONGEST
