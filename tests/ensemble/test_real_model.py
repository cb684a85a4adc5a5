"""The same promises with the real model, over four weeks."""

from __future__ import annotations

import json
from pathlib import Path

import sim
from sim.analysis.studies.compare import compare
from tests.support.outputs import undescribed

WEEKS = "clock.until=2017-07-02"


def content(folder: Path) -> str:
    return str(json.loads((folder / "manifest.json").read_text())["content_hash"])


def test_contents_do_not_depend_on_blocks_threads_or_breaks(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    whole = sim.run(WEEKS, "ensemble.block=8", "executor.threads=1", worlds=8, directory=a)
    sim.run(WEEKS, "ensemble.block=3", worlds=5, directory=b)
    sim.run(WEEKS, "ensemble.block=2", "executor.threads=2", worlds=8, directory=b)
    assert content(a) == content(b)
    assert undescribed(a) == []
    held = whole.cells.groupby(["unit", "date"], observed=True)["worlds"].sum()
    assert (held == 8).all()
    assert whole.curves["q05"].between(0, 1).all()
    road, territory = compare([a, b])
    assert (road.difference.estimate, territory.difference.estimate) == (0.0, 0.0)
