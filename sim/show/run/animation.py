"""Figures that move: the coalition's chances by week, and single worlds one after another.

Animated WebP without loss, and GIF for those who cannot show it. All frames share one palette, so
that what does not change takes no room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from sim import disk
from sim.analysis.run.sample_worlds import History, evenly, outcome
from sim.ensemble.store.folder import RUNS
from sim.show.base.figure_files import FOLDER, drawn_in, placed
from sim.show.base.format import corridors, day, worlds
from sim.show.base.run_data import Control, Run
from sim.show.base.style import styled
from sim.show.run.dates import ORDER, times
from sim.show.run.map_pages import chance_page, front_page

WEEKS, WORLDS = "weeks", "worlds"
_FORMATS = ("webp", "gif")
_COLOURS = 256
_SMALLER = 2  # times, than figures that stand still
_LAST = 4  # times as long as the others
_MS = {WEEKS: 350, WORLDS: 1600}  # a frame


def draw_weeks(directory: Path) -> list[Path]:
    """Draw the chance of the coalition week by week into `directory/figures`; returns the files.

    Raises LandbridgeError for a folder without a finished run.
    """
    run = Run.read(directory)
    base = run.base
    return _draw(directory, WEEKS, (chance_page(run, base, control) for control in run.history))


def evenly_drawn(directory: Path) -> list[int]:
    """Replicates of a run that stand for all of them."""
    run = Run.read(directory)
    return evenly(times(run, "road"), times(run, "territory"))


def draw_worlds(directory: Path, histories: Sequence[History]) -> list[Path]:
    """Draw single worlds of a run at the horizon, one after another; returns the files."""
    return _draw(directory, WORLDS, _worlds(Run.read(directory), histories))


def _worlds(run: Run, histories: Sequence[History]) -> Iterator[Figure]:
    base = run.base
    known = {kind: times(run, kind) for kind in ORDER}
    start, last = run.controls
    for k, history in enumerate(histories, 1):
        dates = {kind: outcome(known[kind], history.world, run.origin) for kind in ORDER}
        holders = np.arange(len(run.factions) + 1)[:, None]
        control = Control(last.when, (history.holder[-1] == holders).astype(np.float64))
        words = (
            f"One possible world, {k} of {len(histories)}: {corridors(dates)}",
            f"{run.scenario_words} Who holds what on {day(last.when)}; drawn evenly over the "
            f"outcomes of {worlds(run.worlds)}.",
        )
        yield front_page(replace(run, controls=(start, control)), base, True, words)


def _draw(directory: Path, name: str, figures: Iterator[Figure]) -> list[Path]:
    with drawn_in(directory, RUNS), styled():
        frames = [_frame(figure) for figure in figures]
        files = []
        for kind in _FORMATS:
            file = directory / FOLDER / f"{name}.{kind}"
            disk.stage(file, partial(_write, frames, kind, _MS[name]), sync=False)
            files.append(file)
        return placed(directory, files)


def _frame(figure: Figure) -> Image.Image:
    canvas: Any = figure.canvas
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").reduce(_SMALLER)


def _write(frames: Sequence[Image.Image], kind: str, ms: int, stream: IO[bytes]) -> None:
    palette = _palette(frames)
    plain = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    how: dict[str, Any] = {"optimize": True}
    if kind == "webp":
        plain = [frame.convert("RGB") for frame in plain]
        how = {"lossless": True, "quality": 75, "method": 4, "minimize_size": True}
    lasting = [ms] * (len(plain) - 1) + [_LAST * ms]
    plain[0].save(
        stream, kind, save_all=True, append_images=plain[1:], duration=lasting, loop=0, **how
    )


def _palette(frames: Sequence[Image.Image]) -> Image.Image:
    """The colours that most of all frames have, as they are: those of areas and lines."""
    parts = np.concatenate([np.asarray(frame, np.int64).reshape(-1, 3) for frame in frames])
    codes = parts @ np.array([1 << 16, 1 << 8, 1])
    colours, counts = np.unique(codes, return_counts=True)
    most = colours[np.argsort(-counts, kind="stable")[:_COLOURS]]
    image = Image.new("P", (1, 1))
    image.putpalette(np.stack([most >> 16, most >> 8, most], axis=1).astype(np.uint8).tobytes())
    return image
