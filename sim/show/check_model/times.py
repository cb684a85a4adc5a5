"""How fast campaigns go, how long towns wait and how long fights last, beside the record."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from sim.analysis.check_model.findings import POSTS
from sim.analysis.check_model.measure import UNTAKEN_DAYS, Spells
from sim.analysis.check_model.watch import WEEK
from sim.show.base.format import listed, percent
from sim.show.base.style import FAINT, INK, SOFT, foot, head, page
from sim.show.check_model.page import (
    BOUND,
    KIND_COLOUR,
    KIND_WORDS,
    RECORD,
    Scene,
    column,
    rows_down,
    spread,
)

_WORST = 16  # places that are named
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def speed_page(scene: Scene) -> Figure:
    """Speed of campaigns by faction, and the operations of the record."""
    findings = scene.findings
    count = [int((findings.speeds.faction == f).sum()) for f in range(len(findings.factions))]
    rows = [f for f in range(len(findings.factions)) if count[f] > 0]
    figure = page((12.0, 2.3 + 0.55 * max(1, len(rows))))
    off = [scene.called(key.rpartition("_")[2]) for key, check in scene.checks.items()
           if key.startswith("speed_50") and check.result == "FAIL"]  # fmt: skip
    title = "The median speed of campaigns is within a factor of two of the record"
    if off:
        title = f"Campaigns go at another pace than the record: {listed(off)}"
    elif not rows:
        title = "No campaign took two units"
    words = "Campaigns with two captures or more, from the first to the last as the crow flies."
    head(figure, title, f"{scene.words} {words}")
    tall = float(figure.get_figheight())
    axes = figure.add_axes((0.085, 0.95 / tall, 0.5, 1.0 - 2.2 / tall))
    cells: list[list[str]] = [[], [], [], [], [], []]
    for y, f in enumerate(rows):
        for k, text in enumerate(_speed_row(axes, scene, f, y)):
            cells[k].append(text)
    rows_down(axes, [scene.named(findings.factions[f]) for f in rows])
    axes.set(xscale="log", xlim=(0.8, 350.0), xlabel="km a week (logarithmic)")
    axes.set_xticks(_TICKS, labels=[f"{tick:g}" for tick in _TICKS], minor=False)
    axes.minorticks_off()
    heads = ("campaigns", "median", "90%", "median\nof path", "operations", "their\nmedian")
    for x, name, texts in zip((1.13, 1.23, 1.32, 1.43, 1.62, 1.73), heads, cells, strict=True):
        column(axes, x, name, texts)
    _speed_key(axes, tall)
    foot(figure, scene, has_map=False)
    return figure


def longer(days: float, watched: int) -> str:
    """Some days, or that they are more than were watched."""
    return f"{days:.0f}" if np.isfinite(days) else f">{watched}"


def _speed_row(axes: Axes, scene: Scene, f: int, y: int) -> list[str]:
    """Draw a faction; its numbers as texts."""
    findings, name = scene.findings, scene.findings.factions[f]
    mine = findings.speeds.faction == f
    straight, path = findings.speeds.straight[mine], findings.speeds.path[mine]
    if bound := scene.bound(f"speed_50_{name}"):
        axes.barh(y, bound[1] - bound[0], 0.86, left=bound[0], color=BOUND, zorder=1)
    spread(axes, y - 0.12, np.maximum(straight, 0.9), scene.colour(name))
    rows = [operation.km_per_week for operation in scene.record.field if operation.faction == name]
    axes.plot(rows, [y + 0.24] * len(rows), "D", ms=5.5, mfc=RECORD, mec="white", mew=0.6, zorder=5)
    middle, high = np.quantile(straight, (0.5, 0.9))
    record = f"{np.median(rows):.0f}" if rows else "-"
    return [f"{len(straight):,}", f"{middle:.0f}", f"{high:.0f}", f"{np.median(path):.0f}",
            str(len(rows)), record]  # fmt: skip


def _speed_key(axes: Axes, tall: float) -> None:
    """What the marks mean, above the rows."""
    figure: Any = axes.figure
    at = 1.0 - 1.02 / tall
    for x, text, colour in (
        (0.085, "line 10-90%, bar 25-75%, circle median", SOFT),
        (0.325, "\u25c6 operation of the record", RECORD),
        (0.465, "shaded: bound on the median", "#4c8a4c"),
    ):
        figure.text(x, at, text, size=8.5, color=colour)


def wait_page(scene: Scene) -> Figure:
    """Days from the loss of a hex to that of the place in it: all by kind, and the worst places."""
    findings = scene.findings
    figure = page((12.0, 6.4))
    small = findings.waits.of(np.isin(findings.wait_kind, ("town", *POSTS)))
    beyond, median = small.beyond(UNTAKEN_DAYS), small.median
    words = "not measured" if np.isnan(beyond) else (
        f"median {longer(median, findings.days)} days, {percent(beyond)} still untaken after "
        f"{UNTAKEN_DAYS} days"
    )  # fmt: skip
    head(figure, f"From taking a hex to taking the town or post in it: {words}",
         f"{scene.words} From the loss of the hex around a place to the loss of the place itself "
         "(Kaplan-Meier; not those shut in at the origin).")  # fmt: skip
    axes = figure.add_axes((0.06, 0.12, 0.4, 0.7))
    for kind, spells in _by_kind(findings.waits, findings.wait_kind).items():
        days, stay = spells.curve
        colour = KIND_COLOUR[kind]
        x = np.r_[0, days, findings.days]
        axes.step(x, np.r_[1.0, stay, np.append(1.0, stay)[-1]], where="post", color=colour, lw=2.2,
                  label=f"{KIND_WORDS[kind]} ({len(spells.days):,} times)")  # fmt: skip
    if findings.days > UNTAKEN_DAYS:
        axes.plot([UNTAKEN_DAYS] * 2, [0.0, 0.8], color=INK, lw=0.9, ls=(0, (4, 3)))
        axes.text(UNTAKEN_DAYS, 0.81, f"{UNTAKEN_DAYS} days", size=8.5, color=SOFT, ha="center")
    axes.set(
        xlim=(0, findings.days), ylim=(0.0, 1.0), xlabel="days since the hex around it was lost"
    )
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(axis="y")
    axes.set_title("Share of places still untaken", size=10.5, weight="bold", loc="left", pad=14.0)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, loc="upper right", fontsize=9.0)
    _worst_places(figure.add_axes((0.63, 0.12, 0.25, 0.7)), scene)
    foot(figure, scene, has_map=False)
    return figure


def _worst_places(axes: Axes, scene: Scene) -> None:
    """The places that wait longest, of those that are cut off in at least a tenth of the worlds."""
    findings, least = scene.findings, max(1.0, 0.1 * scene.worlds)
    rows = []
    for u in np.unique(findings.wait_unit).tolist():
        mine = findings.waits.of(findings.wait_unit == u)
        if len(mine.days) >= least:
            rows.append((mine.beyond(UNTAKEN_DAYS), mine.median, u, len(mine.days)))
    rows = sorted(rows, key=lambda row: (-row[0], -row[1]))[:_WORST]
    for y, (share, _, u, _) in enumerate(rows):
        kind = _kind(str(findings.wait_kind[findings.wait_unit == u][0]))
        axes.barh(y, share, 0.66, color=KIND_COLOUR[kind])
    rows_down(axes, [scene.place(u) for _, _, u, _ in rows])
    axes.set(xlim=(0.0, 1.0))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel(f"untaken {UNTAKEN_DAYS} days after the hex")
    medians = [longer(median, findings.days) for _, median, _, _ in rows]
    column(axes, 1.16, "median\ndays", medians)
    column(axes, 1.36, "times", [f"{n:,}" for *_, n in rows])
    axes.set_title("Worst places", size=10.5, weight="bold", loc="left", pad=14.0)


def siege_page(scene: Scene) -> Figure:
    """How long fights for posts, towns and cities last until these fall, beside the record."""
    findings = scene.findings
    figure = page((12.0, 5.2))
    fights = _by_kind(findings.sieges, findings.siege_kind)
    words = [f"{KIND_WORDS[kind]} {_weeks(fight.median)}" for kind, fight in fights.items()]
    head(figure, f"Median fight until it falls: {listed(words) or 'no fights'}",
         f"{scene.words} Fights for places that began after the origin; an army that breaks off is "
         "cut off there (Kaplan-Meier).")  # fmt: skip
    for k, kind in enumerate(KIND_WORDS):
        axes = figure.add_axes((0.06 + 0.325 * k, 0.16, 0.275, 0.52))
        _fall(axes, scene, kind, fights.get(kind, Spells(np.zeros(0, np.int64), np.zeros(0, bool))))
    foot(figure, scene, has_map=False)
    return figure


def _fall(axes: Axes, scene: Scene, kind: str, spells: Spells) -> None:
    """Share of places of a kind that have fallen by each week of a fight."""
    rows = [assault.weeks for assault in scene.record.assaults.get(kind, [])]
    bound = scene.bound(f"siege_{kind}")
    last = max([4.0, *(1.1 * row for row in rows)])
    if bound and np.isfinite(bound[1]):
        axes.axvspan(*bound, color=BOUND, lw=0.0, zorder=0)
        last = max(last, 1.1 * bound[1])
        left = max(bound[0], 0.06 * last)
        axes.text(left, 1.005, "bound on the median", size=7.5, color=SOFT, va="bottom")
    if len(spells.days):
        days, stay = spells.curve
        weeks = np.r_[0.0, days / WEEK, max(last, days[-1] / WEEK if len(days) else 0.0)]
        axes.step(weeks, np.r_[0.0, 1.0 - stay, 1.0 - np.append(1.0, stay)[-1]], where="post",
                  color=KIND_COLOUR[kind], lw=2.2)  # fmt: skip
        if np.isfinite(spells.median):
            axes.plot([spells.median / WEEK], [0.5], "o", ms=6.5, mfc="white", mec=INK, mew=1.4)
    if rows:
        axes.plot(rows, [0.04] * len(rows), "D", ms=5.5, mfc=RECORD, mec="white", mew=0.6, zorder=5,
                  clip_on=False)  # fmt: skip
        axes.text(0.98, 0.09, "\u25c6 operations of tempo.csv", size=8.0, color=RECORD,
                  ha="right", transform=axes.transAxes)  # fmt: skip
    axes.set(xlim=(0.0, last), ylim=(0.0, 1.0), xlabel="weeks since the fight began")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(axis="y")
    share = percent(float(spells.ended.mean())) if len(spells.days) else "-"
    axes.set_title(KIND_WORDS[kind].capitalize(), size=10.5, weight="bold", loc="left", pad=30.0)
    words = f"share fallen; {len(spells.days):,} fights, {share} of which end in its fall"
    axes.text(0.0, 1.075, words, size=8.5, color=SOFT, transform=axes.transAxes, va="bottom")
    axes.axhline(0.5, color=FAINT, lw=0.6)


def _by_kind(spells: Spells, kinds: Any) -> dict[str, Spells]:
    """The spells of posts, towns and cities, of those kinds that there are."""
    group = np.array([_kind(str(kind)) for kind in kinds], dtype=object)
    spells_of = {kind: spells.of(group == kind) for kind in KIND_WORDS}
    return {kind: fallen for kind, fallen in spells_of.items() if len(fallen.days)}


def _kind(kind: str) -> str:
    return "post" if kind in POSTS else kind


def _weeks(days: float) -> str:
    if not np.isfinite(days):
        return "beyond the horizon"
    if days == 1:
        return "a day"
    return f"{days:.0f} days" if days < 2 * WEEK else f"{days / WEEK:.1f} weeks"
