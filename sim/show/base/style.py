"""How all figures look: fonts, colours, sizes, headings and the line of sources.

matplotlib's objects only (`Figure` and the Agg canvas), never pyplot, which takes long to import
and keeps figures alive. Colours of factions come from the config; the others are those of Okabe
and Ito (2008), which colour-blind readers tell apart.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import Any, Protocol
from zlib import Z_RLE

import matplotlib
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import is_color_like, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from sim import disk
from sim.errors import bad_value
from sim.show.base.figure_files import FOLDER
from sim.show.base.format import worlds
from sim.theatre.spec import TheatreSpec
from sim.version import __version__

DPI = 150
SLIDE = (13.33, 7.5)  # inches; a 16:9 page

INK, SOFT, FAINT, HAIR = "#1a1a1a", "#5a5a5a", "#9a9a9a", "#d9d9d9"
KIND = {"territory": "#0072b2", "road": "#d55e00"}
OTHER_ROUTE, NEVER = "#56b4e9", "#c9c9c9"
WATER, LAKE = "#5b9bc8", "#cfe2f0"
NEUTRAL, NOBODY = "#e9ebed", "#fbf8ef"
HATCH, NOBODY_HATCH, TRANSIT_HATCH = "#8f8674", "...", "///"

_FONT = "DejaVu Sans"  # comes with matplotlib; Latin, Greek, Cyrillic, Arabic
_OTHER_LETTERS = (  # Debian: fonts-noto-cjk, fonts-noto-core
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "WenQuanYi Zen Hei",
    "Arial Unicode MS",
)
SETTINGS = {
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": SOFT,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "grid.color": HAIR,
    "grid.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "text.parse_math": False,  # a title is text, whatever signs are in it
    "svg.hashsalt": "landbridge",  # the same names in the file every time
    "hatch.linewidth": 0.5,
    "text.hinting": "none",  # drawing text takes most of the time, hinting a third of that
    "path.simplify_threshold": 1.0,  # these two are matplotlib's style "fast"
    "agg.path.chunksize": 10_000,
}


@contextmanager
def styled() -> Iterator[None]:
    """A context in which figures are made and saved with these settings."""
    # asking for the backend would import pyplot, to find one with windows
    known = {key: value for key, value in matplotlib.rcParamsDefault.items() if key != "backend"}
    settings = {**known, **SETTINGS, "font.family": _families()}
    with warnings.catch_warnings(), matplotlib.rc_context(settings):
        # a letter that no font here has is drawn as a box, which says so by itself
        warnings.filterwarnings("ignore", r"Glyph \d+", UserWarning)
        yield


@cache
def _families() -> list[str]:
    """Fonts in which a letter is looked for, those that are installed."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [_FONT, *(name for name in _OTHER_LETTERS if name in installed)]


def page(size: tuple[float, float] = SLIDE) -> Figure:
    """An empty white figure of `size` inches."""
    figure = Figure(figsize=size, dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def head(figure: Figure, title: str, subtitle: str) -> None:
    """The finding in words, and under it what is drawn."""
    width, height = figure.get_size_inches()
    left = 0.35 / width
    heading = figure.text(left, 1.0 - 0.38 / height, title, va="center", size=15.0, weight="bold")
    below = figure.text(left, 1.0 - 0.68 / height, subtitle, va="center", size=10.0, color=SOFT)
    for text, least in ((heading, 9.0), (below, 7.5)):
        fit(figure, text, left, 1.0 - 0.3 / width, least)


def fit(figure: Figure, text: Text, left: float, right: float, least: float) -> None:
    """Make a text fit between two fractions of the width.

    It gets smaller down to `least` points, then goes over two lines, and what is left is cut.
    """
    shrink(figure, text, left, right, least)
    room = (right - left) * float(figure.get_figwidth()) * DPI
    whole = text.get_text()
    if (wide := float(text.get_window_extent().width)) <= room:
        return
    text.set_linespacing(1.15)
    letters = int(len(whole) * room / wide)  # of a line, unless they are wider than most
    for width in range(letters + letters // 8, letters // 2, -1):
        lines = wrap(whole, width, max_lines=2, placeholder=" …")
        text.set_text("\n".join(lines))
        if float(text.get_window_extent().width) <= room:
            return


def shrink(figure: Figure, text: Text, left: float, right: float, least: float) -> None:
    """Make a text fit between two fractions of the width, no smaller than `least` points."""
    room = (right - left) * float(figure.get_figwidth()) * DPI
    for _ in range(6):  # widths do not go quite with the size
        wide, size = float(text.get_window_extent().width), float(text.get_fontsize())
        if wide <= room or size <= least:
            return
        text.set_fontsize(max(least, 0.99 * size * room / wide))


_SAMPLED = {
    "central": "at their central values",
    "prior": "sampled from their ranges",
    "posterior": "sampled from their ranges, those fitted to the past from their posterior",
}


class Made(Protocol):
    """What the foot says of the worlds that a figure shows."""

    @property
    def scenario(self) -> str:
        """Name of the scenario."""

    @property
    def worlds(self) -> int:
        """Number of worlds."""

    @property
    def seed(self) -> int:
        """The seed of the ensemble."""

    @property
    def uncertainty(self) -> str:
        """Where the uncertain inputs come from: central, prior or posterior."""

    @property
    def spec(self) -> TheatreSpec:
        """Of the theatre, which says what its map was made with."""


def foot(figure: Figure, run: Made, has_map: bool) -> None:
    """The small line at the foot: which run, from what sources."""
    size = f"{worlds(run.worlds)}, seed {run.seed}"
    text = f"Scenario {run.scenario}, {size}, uncertain inputs {_SAMPLED[run.uncertainty]}."
    if has_map:
        text += f"\n{run.spec.attribution}"
    small_print(figure, text)


def small_print(figure: Figure, text: str = "", scored: bool = False) -> None:
    """A small line or two at the foot, which begin with what a figure shows and what it does not.

    `scored`: estimates beside what happened.
    """
    what = "model estimates beside the record" if scored else "model estimate, no observation"
    text = f"Landbridge {__version__}: {what}. {text}".rstrip()
    width, height = figure.get_size_inches()
    at = (0.35 / width, 0.14 / height)
    figure.text(*at, text, va="bottom", size=7.0, color=FAINT, linespacing=1.35)


_UNDATED: Mapping[str, dict[str, Any]] = {
    ".png": {"dpi": DPI, "pil_kwargs": {"compress_level": 1, "compress_type": Z_RLE}},
    ".svg": {"metadata": {"Date": None}},
    ".pdf": {"metadata": {"CreationDate": None}},
}


def save(figure: Figure, file: Path) -> Path:
    """Stage a figure as PNG, SVG or PDF; nothing in the file depends on when or where."""
    how = {**_UNDATED[file.suffix], "format": file.suffix[1:]}
    disk.stage(file, lambda out: figure.savefig(out, **how), sync=False)
    return file


def drawn(
    directory: Path,
    made: Mapping[str, Callable[[], Figure]],
    names: Collection[str],
    formats: Sequence[str],
) -> list[Path]:
    """Draw and stage the figures of these names, in each format; raises LandbridgeError for others.

    `made` is what makes each of those that there are.
    """
    for name in names:
        if name not in made:
            raise bad_value("--only", name, "no such figure", made)
    files = []
    for name in (name for name in made if name in names):
        figure = made[name]()
        files += [save(figure, directory / FOLDER / f"{name}.{kind}") for kind in formats]
    return files


def halo(width: float = 2.2, colour: str = "white") -> list[Any]:
    """A rim around text or a line, so that it reads on any ground."""
    return [withStroke(linewidth=width, foreground=colour)]


def blend(colour: str, white: float) -> tuple[float, float, float]:
    """A colour mixed with a share of white."""
    red, green, blue = ((1.0 - white) * part + white for part in to_rgb(colour))
    return red, green, blue


def colour_code(colour: str) -> str:
    """A colour as `#rrggbb`, whatever was written; grey for what is no colour."""
    return str(to_hex(colour)) if is_color_like(colour) else "#888888"


def route_colour(route: str, spec: TheatreSpec) -> str:
    """The colour of a route; of '' that of no corridor."""
    known = spec.routes.get(route)
    return known.colour if known else OTHER_ROUTE if route else NEVER


def darker(colour: str, brightest: float = 0.16) -> tuple[float, float, float]:
    """A colour with as much black as makes it read as text (relative luminance `brightest`)."""
    parts = to_rgb(colour)
    light = sum(w * c**2.2 for w, c in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
    keep = min(0.8, (brightest / light) ** (1.0 / 2.2)) if light > 0.0 else 1.0
    red, green, blue = (keep * part for part in parts)
    return red, green, blue
