from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.commands.studio import Studio
from sim.errors import LandbridgeError
from sim.show.figures import NAMES
from tests.show.conftest import folder, make  # noqa: F401


def drawn(at: Path) -> set[str]:
    return {file.stem for file in (at / "figures").iterdir()}


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:  # noqa: F811
    return Path(shutil.copytree(folder, tmp_path / "own"))


@pytest.mark.slow
def test_two_processes_draw_every_figure(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with Studio() as studio:
        assert studio._second is not None
        files = studio.draw(own)
        assert studio._second.poll() == 0  # it did its share
    assert drawn(own) == set(NAMES) == {file.stem for file in files}
    assert all(file.is_file() for file in files)


def test_all_is_drawn_when_the_second_process_is_gone(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with Studio() as studio:
        assert studio._second is not None
        studio._second.kill()
        studio._second.wait()
        studio.draw(own)
    assert drawn(own) == set(NAMES)


def test_a_folder_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    with Studio() as studio, pytest.raises(LandbridgeError, match="not a run folder"):
        studio.draw(tmp_path)


def test_one_that_is_given_draws_instead(tmp_path: Path) -> None:
    with Studio(lambda directory: [directory / "a.png"]) as studio:
        assert studio._second is None
        assert studio.draw(tmp_path) == [tmp_path / "a.png"]
