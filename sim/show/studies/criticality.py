"""The map of which places are critical to P(corridor)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.analysis.stats.intervals import Interval
from sim.analysis.studies.criticality import Criticality, most_critical
from sim.show.base.basemap import (
    Basemap,
    draw_borders,
    draw_hexes,
    draw_roads,
    draw_scale,
    draw_water,
    map_axes,
)
from sim.show.base.figure_files import placed
from sim.show.base.format import percent
from sim.show.base.labels import Label, Placer, write_all
from sim.show.base.place_names import write_countries
from sim.show.base.style import (
    INK,
    NOBODY,
    SOFT,
    blend,
    head,
    page,
    save,
    small_print,
    styled,
)

if TYPE_CHECKING:
    from sim.model.setup import Setup

# rises (blue) through nothing to falls (orange), as far as the largest change
CHANGE = LinearSegmentedColormap.from_list(
    "change", ["#b64500", "#f2b48a", "#ffffff", "#8fbfe0", "#0a5a94"]
)
_LARGE, _SMALL = 15.0, 6.0  # points


def draw_criticality(
    rows: Sequence[Criticality],
    without: Interval,
    kind: str,
    title: str,
    setup: Setup,
    seeds: Path,
    out: Path,
) -> Path:
    """Every place by how P changes with a garrison there; critical and sure ones named.

    Returns the file, `criticality.png` in the folder `out`.
    """
    theatre = setup.theatre
    base = Basemap.read(theatre.layout, seeds)
    unit = {name: i for i, name in enumerate(theatre.ids)}
    most = max(max(abs(row.difference.estimate) for row in rows), 1e-6)
    scale = Normalize(-most, most)
    with styled():
        figure = page((11.0, 8.3))
        _heading(
            figure,
            rows,
            without,
            kind,
            title,
            [theatre.names[unit[r.garrison.place]] for r in rows],
        )
        small_print(figure, f"\n{base.spec.attribution}")
        axes = map_axes(figure, base, 0.35, 0.55, 9.1)
        draw_hexes(axes, base, [blend(NOBODY, 0.0)] * theatre.hexes)
        draw_water(axes, base)
        draw_roads(axes, base, 0.7)
        draw_borders(axes, base)
        placer, labels = Placer(axes), []
        top = most_critical(rows)
        for row in reversed(rows):
            at = unit[row.garrison.place]
            x, y, change = float(theatre.x[at]), float(theatre.y[at]), row.difference.estimate
            size = _SMALL + (_LARGE - _SMALL) * abs(change) / most
            axes.plot(
                x, y, "o", ms=size, mfc=CHANGE(scale(change)), mec=INK,
                mew=2.0 if row.sure else 0.6, zorder=6,
            )  # fmt: skip
            placer.mark([(x, y)], size / 2.0)
            rank = f"{top.index(row) + 1}. " if row in top else ""
            weight = "bold" if row in top else "normal"
            labels.append(
                Label(rank + theatre.names[at], x, y, 9.0 if row in top else 7.0, INK, weight,
                      gap=size / 2.0 + 2.0)
            )  # fmt: skip
        placer.cover(*draw_scale(axes, base))
        write_all(placer, labels[::-1])
        write_countries(placer, base.spec, 8.0)
        if any(row.difference.estimate for row in rows):  # a scale of one value says nothing
            _bar(figure, scale)
        return placed(out, [save(figure, out / "criticality.png")])[0]


def _heading(
    figure: Figure,
    rows: Sequence[Criticality],
    without: Interval,
    kind: str,
    title: str,
    names: Sequence[str],
) -> None:
    first, change = rows[0], rows[0].difference
    low, high = 100.0 * change.low, 100.0 * change.high
    finding = (
        f"{first.garrison.fighters:,} opponents at {names[0]} change P(corridor by {kind}) by "
        f"{100.0 * change.estimate:+z.1f} points [{low:+z.1f}, {high:+z.1f}]"
        if change.estimate < 0.0 and first.sure
        else f"No place is surely critical: the most that {first.garrison.fighters:,} opponents "
        f"change P(corridor by {kind}) is {100.0 * change.estimate:+z.1f} points, at {names[0]}"
        if change.estimate < 0.0
        else f"No garrison of {first.garrison.fighters:,} lowers P(corridor by {kind})"
    )
    under = (
        f"{title}: {percent(without.estimate, 1)} without. Change with a garrison at one place, "
        f"{first.table.pairs} worlds under common random numbers; thick "
        f"rim: sure at {change.level:.0%} among {len(rows)} places (Holm)."
    )
    head(figure, finding, under)


def _bar(figure: Figure, scale: Normalize) -> None:
    """The scale of colours, at the right."""
    axes = figure.add_axes((0.89, 0.3, 0.018, 0.4))
    bar = figure.colorbar(ScalarMappable(scale, CHANGE), cax=axes)
    axes.set_frame_on(False)
    axes.set_title("change of P, points", size=8.0, color=SOFT, loc="left")
    axes.tick_params(labelsize=8.0)
    bar.formatter = FuncFormatter(lambda value, _: f"{100.0 * value:+g}" if value else "0")
