"""Pages of made-up runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import unescape
from json import loads
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.analysis.run.sample_worlds import History
from sim.ensemble.run import Inputs
from sim.show.base.run_data import Run
from sim.show.page.report import report
from tests.show.conftest import Maker
from tests.support.fakes import FakeSimulator, use_configs

Reporter = Callable[..., Path]


@pytest.fixture(scope="session")
def reported(config_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Reporter:
    """`reported(run, ...)` writes the page of run folders; their worlds are made up."""

    def write(*directories: Path) -> Path:
        file = tmp_path_factory.mktemp("page") / "page.html"
        with pytest.MonkeyPatch.context() as patch:
            use_configs(patch, config_tree)
            patch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "fake")
            patch.setattr("sim.analysis.run.sample_worlds.again", flipped)
            file.write_bytes(report(directories, lambda: Inputs(FakeSimulator())))
        return file

    return write


@pytest.fixture(scope="session")
def one(reported: Reporter, folder: Path) -> Path:
    """The page of one run."""
    return reported(folder)


@pytest.fixture(scope="session")
def two(reported: Reporter, folder: Path, make: Maker) -> Path:
    """The page of two; in the second all have a corridor by territory."""
    return reported(folder, make(territory=(20,) * 10))


def flipped(directory: Path, worlds: Sequence[int], inputs: object) -> list[History]:
    """Worlds in which the likeliest holder holds all, but for one hex that differs by world."""
    run = Run.read(directory)
    held = np.stack([control.likeliest for control in run.history]).astype(np.int8)
    found = []
    for k, world in enumerate(worlds):
        own = held.copy()
        own[1:, np.flatnonzero(held[0] >= 0)[k]] = len(run.factions) - 1
        found.append(History(world, own))
    return found


def data(page: Path, name: str) -> Any:
    """The JSON that stands in a page."""
    found = re.search(rf'id="{name}">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    assert found
    return loads(found[1])


def told(page: Path, attribute: str) -> dict[str, str]:
    """What the page says where an attribute names a number."""
    rows = re.findall(rf'{attribute}="([^"]*)">([^<]*)<', page.read_text("utf-8"))
    return {name: unescape(text) for name, text in rows}
