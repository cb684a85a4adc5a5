"""What several tests share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest
from omegaconf import DictConfig

from sim.analysis.run.estimate import Result, estimate
from sim.config.compose import Composer, Job, compose, compose_job, composed_before, parse
from sim.config.saved import FILES
from sim.ensemble.run import prepare
from sim.paths import located
from tests.support.fakes import FakeSimulator, use_configs, write_configs


@pytest.fixture(scope="session")
def config_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete small config folder."""
    return write_configs(tmp_path_factory.mktemp("configs") / "configs")


@pytest.fixture
def small(config_tree: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Composition from the small config folder."""
    use_configs(monkeypatch, config_tree)
    # someone may be editing
    monkeypatch.setattr("sim.ensemble.store.manifest.code_hash", lambda: "fake")
    return config_tree


@pytest.fixture
def quick(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Composition for commands in a fraction of the time: what was composed before is kept."""

    def job(overrides: Sequence[str], config_dir: Path | None = None) -> Job:
        at = [one.value() for one in parse(overrides) if one.key_or_group == "hydra.run.dir"]
        if any("${" in one for one in overrides):
            return compose_job(overrides, config_dir)
        settings = tuple(one for one in overrides if not one.startswith("hydra."))
        where = located(str(at[0]) if at else "outputs/2026-01-01/00-00-00", "a")
        return replace(_job(settings), run_dir=where, is_dated=not at)

    monkeypatch.setattr("sim.config.compose.compose_job", job)
    monkeypatch.setattr("sim.config.compose.Composer", lambda config_dir: _composer())
    for user in (
        "sweep.plan",
        "studies.points",
        "studies.run_sensitivity",
        "studies.run_criticality",
    ):
        monkeypatch.setattr(f"sim.analysis.{user}.Composer", lambda config_dir: _composer())
    monkeypatch.setattr(
        "sim.config.compose.composed_before",
        lambda at: _before((at / FILES[0]).read_bytes(), at),
    )


_job, _composer = cache(compose_job), cache(Composer)


@lru_cache(8)
def _before(raw: bytes, directory: Path) -> DictConfig:
    return composed_before(directory)


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


CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium of this machine."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if CHROMIUM is None:
        pytest.skip("needs a Chromium (Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        yield started
        started.close()
