"""Text as outlines, put together from glyphs that are read once for all figures of a process.

matplotlib lays out and rasterises every glyph of every text anew, from Python, which took most of
the time of drawing a page. Here the outline of a glyph is kept, a text is one path of them, and
Agg fills that path at once. As these figures use no hinting, it comes to the same picture: texts
of all sizes are the same outlines, scaled, and both ways of filling them count covered area.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags
from matplotlib.textpath import TextToPath
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.ft2font import GlyphIndexType

_SIZE = TextToPath.FONT_SCALE  # points at which outlines are kept
# Letters that stand one after the other. All else (accents put together, scripts written from
# right to left, letters that the font lacks) is left to matplotlib's own layout.
_PLAIN = re.compile("[\u0020-\u02ff\u2000-\u2026\u2030-\u205e]+")
_LIGATURES = {
    "ffi": "\ufb03",
    "ffl": "\ufb04",
    "ff": "\ufb00",
    "fi": "\ufb01",
    "fl": "\ufb02",
}


class Glyph(NamedTuple):
    """A letter at `_SIZE`; lengths in points."""

    number: GlyphIndexType
    advance: float
    corners: NDArray[np.float64]  # (n, 2)
    codes: NDArray[np.int8]  # (n,)
    bottom: float
    top: float


class Line(NamedTuple):
    """A line of text at `_SIZE`; lengths in points."""

    corners: NDArray[np.float64]  # (n, 2)
    codes: NDArray[np.int8]  # (n,)
    width: float
    bottom: float  # of its ink, from the base line
    top: float


class Face:
    """A font file and what has been read from it."""

    def __init__(self, file: str) -> None:
        """Open a font file."""
        self._font = FT2Font(file)
        self._font.set_size(_SIZE, TextToPath.DPI)
        self._glyphs: dict[str, Glyph | None] = {}
        self._kerns: dict[tuple[GlyphIndexType, GlyphIndexType], float] = {}
        self.line = lru_cache(4096)(self._line)

    def _line(self, text: str) -> Line | None:
        """A line of text as one outline, None if it is not for this class to lay out."""
        if not _PLAIN.fullmatch(text):
            return None
        for letters, one in _LIGATURES.items():
            if letters in text and self._glyph(one) is not None:
                text = text.replace(letters, one)
        x, before, glyphs, corners = 0.0, None, [], []
        for letter in text:
            glyph = self._glyph(letter)
            if glyph is None:
                return None
            if before is not None:
                x += self._kern(before.number, glyph.number)
            glyphs.append(glyph)
            corners.append(np.add(glyph.corners, (x, 0.0)))
            x, before = x + glyph.advance, glyph
        return Line(
            corners=np.concatenate(corners),
            codes=np.concatenate([glyph.codes for glyph in glyphs]),
            width=x,
            bottom=min(glyph.bottom for glyph in glyphs),
            top=max(glyph.top for glyph in glyphs),
        )

    def _glyph(self, letter: str) -> Glyph | None:
        if letter not in self._glyphs:
            self._glyphs[letter] = self._read(letter)
        return self._glyphs[letter]

    def _read(self, letter: str) -> Glyph | None:
        index = self._font.get_char_index(ord(letter))
        if not index:
            return None
        found = self._font.load_glyph(index, LoadFlags.NO_HINTING)
        corners, codes = self._font.get_path()
        _, bottom, _, top = found.bbox
        advance = found.linearHoriAdvance / 65536.0
        return Glyph(index, advance, corners, codes, bottom / 64.0, top / 64.0)

    def _kern(self, left: GlyphIndexType, right: GlyphIndexType) -> float:
        found = self._kerns.get((left, right))
        if found is None:
            found = self._font.get_kerning(left, right, Kerning.UNFITTED) / 64.0
            self._kerns[left, right] = found
        return found


class Outlines(TextToPath):
    """matplotlib's texts as paths, from `Face`s."""

    def line(self, text: str, font: FontProperties) -> Line | None:
        """A line of text, None if it is to be laid out by matplotlib."""
        family, style, weight = tuple(font.get_family()), font.get_style(), font.get_weight()
        return _face(family, style, font.get_variant(), weight, font.get_stretch()).line(text)

    def get_text_path(self, prop: Any, s: str, ismath: Any = False, **more: Any) -> Any:
        """Corners and codes of a text."""
        found = None if ismath else self.line(s, prop)
        if found is None:
            return super().get_text_path(prop, s, ismath, **more)
        return found.corners, found.codes


@cache
def _face(family: tuple[str, ...], style: Any, variant: Any, weight: Any, stretch: Any) -> Face:
    how: dict[str, Any] = {"style": style, "variant": variant, "weight": weight}
    return Face(findfont(FontProperties(family=list(family), stretch=stretch, **how)))


OUTLINES = Outlines()


class Renderer(RendererAgg):  # type: ignore[misc]
    """Agg, with text as outlines."""

    def __init__(self, width: float, height: float, dpi: float) -> None:
        """An empty image of so many pixels."""
        super().__init__(width, height, dpi)
        self._text2path = OUTLINES  # where matplotlib takes the outlines of texts from

    def draw_text(self, gc: Any, x: float, y: float, s: str, *how: Any, **more: Any) -> None:
        """Fill the outline of a text."""
        gc.set_snap(False)
        RendererBase.draw_text(self, gc, x, y, s, *how, **more)

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Of a line of text, in pixels."""
        found = None if ismath else OUTLINES.line(s, prop)
        if found is None:
            width, height, descent = super().get_text_width_height_descent(s, prop, ismath)
            return width, height, descent
        scale = self.points_to_pixels(prop.get_size_in_points()) / _SIZE
        return found.width * scale, (found.top - found.bottom) * scale, -found.bottom * scale


class Canvas(FigureCanvasAgg):  # type: ignore[misc]
    """What a figure is drawn on, with text as outlines."""

    _made: tuple[tuple[float, float, float], Renderer] | None = None

    def get_renderer(self) -> Renderer:
        """The image, a new one where the page has another size."""
        width, height = self.figure.bbox.size
        key = width, height, self.figure.dpi
        if self._made is None or self._made[0] != key:
            self._made = key, Renderer(*key)
        self.renderer = self._made[1]  # where the base class looks for it
        return self._made[1]
