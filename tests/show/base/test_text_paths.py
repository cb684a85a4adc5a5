from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from sim.show.base.style import halo
from sim.show.base.text_paths import OUTLINES, Canvas

# Kerning, ligatures, accents in one letter, thin spaces, and what is left to matplotlib.
TEXTS = (
    "AVATAR To. Ty, Wave",
    "first office, muffle, flat, of fish",
    "Deir ez-Zor 46% [36, 56]",
    "Ḥasakah Çelebi",
    "S\u2009Y\u2009R\u2009I\u2009A",
    "e\u0301 put together",
    "\u0628\u063a\u062f\u0627\u062f",
)


def font(size: float, weight: str, style: Any) -> FontProperties:
    return FontProperties(family=["DejaVu Sans"], style=style, weight=weight, size=size)


@pytest.mark.filterwarnings("ignore:Glyph .* missing")  # of the Arabic, in DejaVu Sans Bold
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    ("size", "weight", "style"), [(8.0, "normal", "normal"), (15.0, "bold", "italic")]
)
def test_texts_are_as_large_as_matplotlib_makes_them(
    text: str, size: float, weight: str, style: str
) -> None:
    how = font(size, weight, style)
    mine, theirs = (
        kind(Figure((4.0, 1.0), dpi=150))
        .get_renderer()
        .get_text_width_height_descent(text, how, False)
        for kind in (Canvas, FigureCanvasAgg)
    )
    assert mine == pytest.approx(theirs, rel=0.003, abs=0.1)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("angle", [0.0, 90.0])
def test_texts_look_as_matplotlib_draws_them(text: str, angle: float) -> None:
    pictures = []
    for kind in (Canvas, FigureCanvasAgg):
        figure = Figure((4.0, 4.0), dpi=150)
        canvas = kind(figure)
        figure.text(0.5, 0.7, text, size=9.0, rotation=angle, ha="center", va="center")
        figure.text(0.5, 0.3, text, size=9.0, ha="center", path_effects=halo(3.0, "red"))
        canvas.draw()
        pictures.append(np.asarray(canvas.buffer_rgba())[..., :3].astype(float))
    assert (pictures[0] < 128).any()
    away = np.abs(pictures[0] - pictures[1]).max(axis=2)
    inked = (pictures[1] < 250).any(axis=2).sum()
    assert away.sum() / inked < 12.0  # of 255, over the pixels with ink


def test_what_the_font_lacks_is_left_to_matplotlib() -> None:
    how = font(9.0, "normal", "normal")
    assert OUTLINES.line("Hama", how) is not None
    for text in ("e\u0301", "\u0628", "\u4e2d", "a\nb", ""):
        assert OUTLINES.line(text, how) is None
