"""How figures look: letters of all scripts."""

from __future__ import annotations

import io
import warnings

from matplotlib import font_manager

from sim.show.base.style import head, page, styled


def test_letters_of_any_script_are_drawn_without_a_word() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with styled():
            figure = page()
            head(figure, "走廊 Коридор ممر", "गलियारा \U0001f6e3")
            figure.canvas.draw()


def test_only_fonts_that_are_there_are_asked_for() -> None:
    import matplotlib

    installed = {font.name for font in font_manager.fontManager.ttflist}
    with styled():
        assert set(matplotlib.rcParams["font.family"]) <= installed


def test_a_title_is_no_formula() -> None:
    with styled():
        figure = page()
        figure.text(0.5, 0.5, "$a_$ and $\\nothing{$")
        figure.savefig(io.BytesIO(), format="png")
