from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from sim.commands.shared.figure_workers import Studio
from sim.errors import LandbridgeError
from sim.show.base.figure_files import NAMES
from tests.show.conftest import folder, make  # noqa: F401


def drawn(at: Path) -> set[str]:
    return {file.stem for file in (at / "figures").iterdir()}


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:  # noqa: F811
    return Path(shutil.copytree(folder, tmp_path / "own"))


@pytest.mark.slow
def test_two_processes_draw_every_figure(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("sim.show.run.figures.draw_all", None)  # not here
    with Studio(hex_km=40.0) as studio:
        files = studio.draw(own)
    assert drawn(own) == set(NAMES) == {file.stem for file in files}
    assert all(file.is_file() for file in files)


@pytest.mark.slow
def test_all_is_drawn_here_when_a_process_dies(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with Studio() as studio:
        assert studio._pool is not None
        studio._pool.submit(os._exit, 1)
        studio.draw(own)
    assert drawn(own) == set(NAMES)


def test_all_is_drawn_here_where_there_is_one_core(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with Studio(hex_km=40.0) as studio:
        assert studio._pool is None
        studio.draw(own)
    assert drawn(own) == set(NAMES)


@pytest.mark.slow
def test_what_is_wrong_with_a_folder_is_said(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    (own / "summary.json").write_text("{}")
    with (
        Studio(hex_km=39.0) as studio,  # no map is built for this size
        pytest.raises(LandbridgeError, match=r"summary\.json: is damaged"),
    ):
        studio.draw(own)


def test_a_folder_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    with Studio() as studio, pytest.raises(LandbridgeError, match="not a run folder"):
        studio.draw(tmp_path)


def test_one_that_is_given_draws_instead(tmp_path: Path) -> None:
    with Studio(lambda directory: [directory / "a.png"]) as studio:
        assert studio._pool is None
        assert studio.draw(tmp_path) == [tmp_path / "a.png"]
