from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from sim.cli import main
from sim.show.run.animation import draw_weeks, draw_worlds, evenly_drawn
from tests.show.conftest import Maker
from tests.show.page.conftest import flipped


def frames(file: Path) -> int:
    with Image.open(file) as image:
        return int(getattr(image, "n_frames", 1))


def test_weeks_and_worlds_move(make: Maker) -> None:
    folder = make(territory=(40, -1, -1, 90), road=(-1,) * 4, route=("south",) * 4)
    files = draw_weeks(folder)
    assert [file.name for file in files] == ["weeks.webp", "weeks.gif"]
    assert [frames(file) for file in files] == [3, 3]
    before = [file.read_bytes() for file in files]
    assert [file.read_bytes() for file in draw_weeks(folder)] == before
    worlds = draw_worlds(folder, flipped(folder, evenly_drawn(folder), None))
    assert [frames(file) for file in worlds] == [4, 4]
    assert all(file.stat().st_size < 5e5 for file in [*files, *worlds])


def test_some_figures_in_some_formats(make: Maker, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make()
    assert main(["plot", str(folder), "--only", "routes,alarm", "--format", "svg,pdf"]) == 0
    files = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [file.name for file in files] == ["routes.svg", "routes.pdf", "alarm.svg", "alarm.pdf"]
    assert files[0].read_text("utf-8").startswith("<?xml")
    assert files[1].read_bytes().startswith(b"%PDF")
    before = [file.read_bytes() for file in files]
    assert main(["plot", str(folder), "--only", "routes,alarm", "--format", "svg,pdf"]) == 0
    assert [file.read_bytes() for file in files] == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "map"], "--only=map: no such figure (allowed: alarm, control_probability"),
        (["--format", "bmp"], "--format=bmp: no such format (allowed: pdf, png, svg)"),
    ],
)
def test_others_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["plot", str(folder), *words]) == 2
    assert said in capsys.readouterr().err
