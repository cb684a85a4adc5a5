"""What several tests share."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from omegaconf import DictConfig

from sim.analysis.estimate import Result, estimate
from sim.config.compose import compose
from sim.ensemble.run import prepare
from tests.fakes import FakeSimulator, write_configs


@pytest.fixture(scope="session")
def config_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete small config folder."""
    return write_configs(tmp_path_factory.mktemp("configs") / "configs")


@pytest.fixture
def small(config_tree: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Composition from the small config folder."""
    monkeypatch.setattr("sim.config.compose.configs", lambda: config_tree)
    monkeypatch.setattr("sim.ensemble.manifest.code_hash", lambda: "fake")  # someone may be editing
    return config_tree


Runner = Callable[..., Result]


@pytest.fixture
def fake_run(small: Path, tmp_path: Path) -> Runner:
    """Run the fake model: `fake_run("name", "key=value", ..., simulator=..., watch=...)`."""

    def run(name: str, *overrides: str, simulator: FakeSimulator | None = None, watch=None):
        config = _composed(overrides)
        prepared = prepare(config, simulator or FakeSimulator(), seeds=_no_seeds(tmp_path))
        return estimate(prepared, tmp_path / name, list(overrides), watch)

    return run


@cache
def _composed(overrides: tuple[str, ...]) -> DictConfig:
    """Composing takes most of the time of a fake run."""
    return compose(overrides)


def _no_seeds(folder: Path) -> Path:
    seeds = folder / "seeds"
    if not seeds.exists():
        seeds.mkdir()
        (seeds / "control.csv").write_text("place,date,controller\n", encoding="utf-8")
    return seeds
