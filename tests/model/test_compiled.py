"""Compilation: the same numbers without it, and nothing new to compile in a second scenario."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from sim.model.state import ATTACKING
from tests.support import digest
from tests.support.play import worlds

ROOT = Path(__file__).resolve().parents[2]
MOST_FORMS = 2  # of one kernel: numba makes another for constants, or for 32-bit whole numbers


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


def test_forms_are_those_of_this_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if another one, with the same sources, keeps its kernels in the same folder."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    twins = []
    for name in ("one", "other"):
        path = tmp_path / name / "twin.py"
        path.parent.mkdir()
        path.write_text(TWIN, encoding="utf-8")
        spec = spec_from_file_location("twin", path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        twins.append(module.twice)
    for twin, values in zip(twins, ([1, 1.5, 1j], [1]), strict=True):
        assert [twin(x) for x in values] == [2 * x for x in values]
    assert len(list((tmp_path / "cache").rglob("*.nbc"))) == 4
    assert [len(digest.forms_of(twin)) for twin in twins] == [3, 1]


def test_a_second_scenario_compiles_nothing() -> None:
    """Another horizon, tick, batch and transit; and each kernel is compiled a few times at most."""
    found = process("compiled")
    assert found["after"] == found["before"]
    assert len(found["forms"]) > 100
    many = {name: n for name, n in found["forms"].items() if n > MOST_FORMS}
    assert many == {}
