"""Plans that come to nothing, first captures and losses, and who never fights whom."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from sim.analysis.check_model.measure import failing
from sim.analysis.check_model.plans import ATTACK, FAILED, NOBODY, ODDS, REASONS
from sim.show.base.format import listed, percent
from sim.show.base.style import FAINT, HAIR, INK, NEVER, SOFT, blend, darker, foot, head, page
from sim.show.check_model.page import BOUND, Scene, column, rows_down, spread
from sim.show.run.maps import CHANCE

_PLAN_COLOUR = ("#0072b2", "#56b4e9", "#d9d9d9", "#e69f00", "#d55e00", "#8c2d04")
_WRAP = 76  # letters in a line of names
_TAKERS = 4  # factions that are named


def plan_page(scene: Scene) -> Figure:
    """What came of the plans of each faction."""
    findings = scene.findings
    total = findings.plans.sum(axis=1)
    rows = [f for f in range(len(findings.factions)) if total[f] > 0]
    figure = page((12.0, 2.5 + 0.42 * max(1, len(rows))))
    tall = float(figure.get_figheight())
    head(figure, f"{percent(failing(findings.plans))} of plans want something and begin nothing",
         f"{scene.words} A plan: a day on which a faction plans for a campaign slot that is free. "
         "Waiting is a choice and no failure.")  # fmt: skip
    axes = figure.add_axes((0.085, 0.85 / tall, 0.68, 1.0 - 2.35 / tall))
    left = np.zeros(len(rows))
    for k, (reason, colour) in enumerate(zip(REASONS, _PLAN_COLOUR, strict=True)):
        share = findings.plans[rows, k] / np.maximum(total[rows], 1)
        axes.barh(range(len(rows)), share, 0.7, left=left, color=colour, label=reason)
        for y, (start, width) in enumerate(zip(left, share, strict=True)):
            if width >= 0.045:
                ink = "white" if k in (ATTACK, NOBODY, ODDS) else INK
                axes.text(start + width / 2.0, y, f"{100 * width:.0f}", size=8.0, ha="center",
                          va="center_baseline", color=ink)  # fmt: skip
        left = left + share
    rows_down(axes, [scene.named(findings.factions[f]) for f in rows])
    axes.set(xlim=(0.0, 1.0), xlabel="share of plans")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    column(axes, 1.1, "plans\na world", [f"{total[f] / scene.worlds:.1f}" for f in rows])
    column(axes, 1.24, "want, and\nbegin nothing", [
        percent(failing(findings.plans[f])) for f in rows
    ])  # fmt: skip
    handles, labels = axes.get_legend_handles_labels()
    labels = [f"{name} (fails)" if k in FAILED else name for k, name in enumerate(labels)]
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.08, 1.0 - 0.85 / tall),
                  ncols=len(REASONS), frameon=False, fontsize=8.5, columnspacing=1.2,
                  handlelength=1.2, handletextpad=0.5)  # fmt: skip
    foot(figure, scene, has_map=False)
    return figure


def pace_page(scene: Scene) -> Figure:
    """Day of the first capture by faction, and fighters lost a week."""
    findings = scene.findings
    factions = len(findings.factions)
    figure = page((12.0, 2.3 + 0.38 * factions))
    tall = float(figure.get_figheight())
    late = [scene.called(key) for key in scene.record.lately if _fails(scene, key)]
    title = f"In the field at the origin, but late to take anything: {listed(late)}" if late else (
        "Who was in the field at the origin goes on"
    )  # fmt: skip
    words = "Left: worlds with a capture (line 10-90%, bar 25-75%, circle median). Right: means."
    head(figure, title, f"{scene.words} {words}")
    box = (0.9 / tall, 1.0 - 2.1 / tall)
    axes = figure.add_axes((0.085, box[0], 0.33, box[1]))
    cells: list[str] = []
    for f, name in enumerate(findings.factions):
        day = findings.first[:, f]
        if bound := scene.bound(f"first_capture_{name}"):
            axes.barh(f, bound[1], 0.86, color=BOUND, zorder=1)
        some = day[np.isfinite(day)]
        if len(some):
            spread(axes, f, some, scene.colour(name))
        cells.append(percent(1.0 - len(some) / len(day)))
    rows_down(axes, [scene.named(name) for name in findings.factions])
    axes.set(
        xlim=(0.0, findings.days), xlabel="day of the first capture (shaded: bound on the median)"
    )
    column(axes, 1.15, "never", cells)
    _losses(figure.add_axes((0.525, box[0], 0.305, box[1])), scene)
    foot(figure, scene, has_map=False)
    return figure


def _fails(scene: Scene, faction: str) -> bool:
    made = scene.checks.get(f"first_capture_{faction}")
    return made is not None and made.result == "FAIL"


def _losses(axes: Axes, scene: Scene) -> None:
    """A line a faction, named at the right, those that lose most at the end on top."""
    findings = scene.findings
    weeks = np.arange(1, len(findings.losses) + 1)
    ends = findings.losses[-4:].mean(axis=0) if len(weeks) else np.zeros(len(findings.factions))
    across = axes.transAxes
    heads = (("mean", 1.35), ("not in\nfights", 1.48))
    for text, x in heads:
        axes.text(x, 1.0, text, size=8.5, color=SOFT, ha="right", va="bottom", transform=across)
    for row, f in enumerate(np.argsort(-ends, kind="stable").tolist()):
        name, line = findings.factions[f], findings.losses[:, f]
        axes.plot(weeks, line, color=scene.colour(name), lw=2.0)
        mean = line.mean() if len(line) else 0.0
        hunger = percent(float(findings.hunger[f])) if mean >= 0.5 else "-"
        y, ink = 0.95 - 0.085 * row, darker(scene.colour(name))
        axes.plot([1.03, 1.06], [y, y], color=scene.colour(name), lw=2.4, transform=across,
                  clip_on=False)  # fmt: skip
        rows = (scene.named(name), 1.08, "left"), (f"{mean:.0f}", heads[0][1], "right")
        for text, x, side in (*rows, (hunger, heads[1][1], "right")):
            axes.text(x, y, text, size=9.0, color=ink, ha=side, va="center_baseline",
                      transform=across)  # fmt: skip
    top = 1.08 * float(findings.losses.max()) if len(weeks) else 1.0
    axes.set(xlim=(1, max(2, len(weeks))), ylim=(0.0, max(1.0, top)), xlabel="week")
    axes.grid(axis="y")
    axes.set_title("Fighters lost in each week", size=10.5, weight="bold", loc="left")


def never_page(scene: Scene) -> Figure:
    """Who attacks whom, who cannot and who did not; places that never change hands."""
    findings = scene.findings
    names = [scene.named(name) for name in findings.factions]
    figure = page((13.33, 7.5))
    apart = ~np.eye(len(names), dtype=np.bool_)
    none = (findings.fought == 0.0) & apart
    cannot = int((none & ~findings.possible.fights).sum())
    head(figure, f"Of {int(apart.sum())} ordered pairs {int(none.sum())} never fight: {cannot} "
         f"cannot, {int(none.sum()) - cannot} could and did not",
         f"{scene.words} Cannot: no stance, willingness or campaign that the rules allow makes it "
         "possible, whatever is drawn.")  # fmt: skip
    axes = figure.add_axes((0.095, 0.1, 0.4, 0.65))
    for f in range(len(names)):
        for g in range(len(names)):
            _cell(axes, scene, f, g)
    size = len(names)
    axes.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), xticks=range(size),
             yticks=range(size))  # fmt: skip
    axes.set_xticklabels(names, rotation=40, ha="left", rotation_mode="anchor", color=INK)
    axes.set_yticklabels(names, color=INK)
    axes.xaxis.tick_top()
    axes.tick_params(length=0.0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_ylabel("attacks")
    axes.text(0.0, 1.145, "ground held by", size=9.0, color=SOFT, transform=axes.transAxes)
    axes.text(0.0, -0.035, "share of worlds, %   \u00b7 did not   hatched: cannot", size=8.5,
              color=SOFT, transform=axes.transAxes, va="top")  # fmt: skip
    _never_words(figure, scene)
    foot(figure, scene, has_map=False)
    return figure


def _cell(axes: Axes, scene: Scene, f: int, g: int) -> None:
    share = float(scene.findings.fought[f, g])
    can = bool(scene.findings.possible.fights[f, g])
    box = (g - 0.46, f - 0.46)
    if f == g:
        return
    if share == 0.0 and not can:
        axes.add_patch(Rectangle(box, 0.92, 0.92, facecolor="white", edgecolor=NEVER, lw=0.0,
                                 hatch="////"))  # fmt: skip
        return
    colour = CHANCE(share)[:3] if share > 0.0 else blend(HAIR, 0.5)
    axes.add_patch(Rectangle(box, 0.92, 0.92, facecolor=colour, edgecolor=FAINT, lw=0.4))
    text = f"{100 * share:.0f}" if share >= 0.005 else "<1" if share > 0.0 else "\u00b7"
    axes.text(g, f, text, size=9.0, ha="center", va="center_baseline",
              color="white" if share > 0.55 else INK)  # fmt: skip


def _never_words(figure: Figure, scene: Scene) -> None:
    """Factions that gain or lose no place; places that never change hands, by who could do it."""
    findings = scene.findings
    y = 0.885

    def say(title: str, text: str) -> None:
        nonlocal y
        figure.text(0.54, y, title, size=9.5, weight="bold", va="top")
        lines = textwrap.wrap(text, _WRAP, break_on_hyphens=False)
        figure.text(
            0.54, y - 0.026, "\n".join(lines), size=8.0, va="top", linespacing=1.3, color=SOFT
        )
        y -= 0.026 + 0.0207 * len(lines) + 0.016

    for what, seen, can in (("gains", findings.gained, findings.possible.gains),
                            ("loses", findings.lost, findings.possible.loses)):  # fmt: skip
        none = [f for f in range(len(findings.factions)) if not seen[f]]
        phrases = [
            f"{scene.called(findings.factions[f])} ({'did not' if can[f] else 'cannot'})"
            for f in none
        ]
        say(f"Never {what} a place", "; ".join(phrases) or "none: all do in some world")
    groups: dict[tuple[str, ...], list[str]] = {}
    for u in findings.still():
        who = tuple(findings.takers(u)) if findings.possible.changes[u] else ()
        groups.setdefault(who, []).append(scene.place(u))
    for who, places in sorted(groups.items(), key=lambda item: -len(item[1])):
        several = f"{len(who)} factions could"
        if len(who) <= _TAKERS:
            several = f"only {listed([scene.called(f) for f in who], 'or')} could"
        title = several if who else "cannot, whatever is drawn"
        say(f"Never change hands ({len(places)}): {title}", ", ".join(places))
