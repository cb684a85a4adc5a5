from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.commands.shared.artist import Artist
from sim.commands.shared.figure_workers import Studio
from sim.disk import staged
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
    with Studio() as studio:
        assert len(studio._artists) == 2
        studio.get_ready(40.0)
        files = studio.draw(own)
        assert all(artist.process.poll() is None for artist in studio._artists)
    assert all(artist.process.poll() is not None for artist in studio._artists)
    assert drawn(own) == set(NAMES) == {file.stem for file in files}
    assert all(file.is_file() for file in files)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_all_is_drawn_when_processes_are_gone(
    own: Path, monkeypatch: pytest.MonkeyPatch, gone: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with Studio() as studio:
        for artist in studio._artists[:gone]:
            artist.process.kill()
            artist.process.wait()
        studio.get_ready(40.0)
        studio.draw(own)
    assert drawn(own) == set(NAMES)


def test_all_is_drawn_here_where_there_is_one_core(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with Studio() as studio:
        assert not studio._artists
        studio.get_ready(40.0)
        studio.draw(own)
    assert drawn(own) == set(NAMES)


def test_a_process_says_that_a_folder_cannot_be_drawn(own: Path, tmp_path: Path) -> None:
    artist = Artist()
    try:
        artist.get_ready(39.0)  # no map is built for this size
        assert not artist.draw(tmp_path, "alarm")
        assert artist.draw(own, "alarm")
        artist.process.kill()
        artist.process.wait()
        assert not artist.draw(own, "routes")
    finally:
        artist.end()
    # it waits to be put in its place by who holds the folder
    assert [file.name for file in (own / "figures").iterdir()] == [staged(Path("alarm.png")).name]


def test_a_folder_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    with Studio() as studio, pytest.raises(LandbridgeError, match="not a run folder"):
        studio.draw(tmp_path)


def test_one_that_is_given_draws_instead(tmp_path: Path) -> None:
    with Studio(lambda directory: [directory / "a.png"]) as studio:
        assert not studio._artists
        assert studio.draw(tmp_path) == [tmp_path / "a.png"]
