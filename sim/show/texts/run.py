"""What a run says: when, whether and by which route, and how far that is in doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sim.definitions import DEFINITIONS, KINDS
from sim.show.base.differences import phrases
from sim.show.base.digits import ranged_of
from sim.show.texts.layout import row

if TYPE_CHECKING:
    from sim.config.schema import Config

_COLUMN = 26  # width of one kind of corridor beside the other
_MEDIAN = ("  Median", "    its 95% interval")
_MOST_ROWS = 7  # of the curve of the time to corridor, horizon and end not counted


def estimate_text(summary: Mapping[str, Any], config: Config, overrides: Sequence[str] = ()) -> str:
    """The estimate of a run in a few lines: when, then whether and how far that is in doubt."""
    differs = wrap(", ".join(phrases(overrides)), 66)
    title = config.title or config.scenario
    p, clock = summary["p_corridor"], config.clock
    return "\n".join(
        [
            f"{title} ({config.scenario}): {_worlds(summary['worlds'])}, {clock.origin} to "
            f"{clock.until}, {config.corridor.source} to {config.corridor.sink}",
            *(row("" if k else "Differs from the scenario by", w) for k, w in enumerate(differs)),
            *when(summary["time_to_corridor"], date.fromisoformat(clock.origin)),
            *whether(summary["doubt"], clock.until),
            *definitions(summary.get("definitions", {}), config.corridor.hold_days),
            *variants(summary.get("variants", {})),
            *(
                row("Precision", precision(reached))
                for reached in [summary.get("precision")]
                if reached
            ),
            row("Routes by road", routes(summary["routes"]["road"])),
            row("Routes by territory", routes(summary["routes"]["territory"])),
            row("Time", f"{summary['seconds']:.1f} s"),
            f"(Monte Carlo error alone, 95%: by road {ranged_of(p['road'])}, by territory",
            f" {ranged_of(p['territory'])}; {p['road']['method']})",
        ]
    )


def when(times: Mapping[str, Any], origin: date) -> list[str]:
    """The time to corridor: its median, and the share of worlds with one by some days."""
    medians = [_median(times[kind]["median_days"], origin) for kind in KINDS]
    horizon, last = (times["road"][key] for key in ("horizon_days", "followed_days"))
    lines = [
        row("First day of a corridor", f"{'by road':<{_COLUMN}}by territory"),
        *(row(name, f"{a:<{_COLUMN}}{b}") for name, a, b in zip(_MEDIAN, *medians, strict=True)),
    ]
    rows = list(zip(*(times[kind]["incidence"] for kind in KINDS), strict=True))
    days = [pair[0]["day"] for pair in rows]
    step = -(-len(rows) // _MOST_ROWS)
    shown = {*days[step - 1 :: step], horizon, last}
    for pair in rows:
        day = pair[0]["day"]
        if day in shown:
            name = f"  By {origin + timedelta(day)}" + (", the horizon" if day == horizon else "")
            shares = [ranged_of(interval, "band_", "share") for interval in pair]
            lines.append(row(name, f"{shares[0]:<{_COLUMN - 1}} {shares[1]}"))
    return [*lines, row("", "(share of worlds, with its 95% band over all days)")]


def _median(median: Mapping[str, int | None], origin: date) -> tuple[str, str]:
    middle, low, high = (
        "later" if median[key] is None else str(origin + timedelta(int(median[key] or 0)))
        for key in ("estimate", "low", "high")
    )
    return middle, f"[{low}, {high}]"


def whether(doubt: Mapping[str, Mapping[str, Any]], until: str) -> list[str]:
    """P by the horizon with the three parts of its doubt, and its range over the rules."""
    lines = [row(f"P(corridor by {until})", f"{'P':<8}Monte Carlo  inputs     rules")]
    for kind, of_kind in doubt.items():
        parts = [_deviation(of_kind[key]) for key in ("monte_carlo", "inputs", "rules")]
        text = f"{of_kind['p']:<8.3f}{parts[0]:<13}{parts[1]:<11}{parts[2]}"
        lines.append(row(f"  by {kind}", text))
        if of_kind["lowest"] is not None:
            ends = (f"{end['estimate']:.3f} ({end['variant']})" for end in _extremes(of_kind))
            lines.append(row("", f"over variants of the rules {' to '.join(ends)}"))
    return [*lines, row("", "(doubt as standard deviations of P; - not known)")]


def _extremes(doubt: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return doubt["lowest"], doubt["highest"]


def _deviation(deviation: float | None) -> str:
    return "-" if deviation is None else f"{deviation:.3f}"


def definitions(shares_by_way: Mapping[str, Mapping[str, Any]], hold_days: int) -> list[str]:
    """P by each definition: open on some day by the horizon, and open from then on for long."""
    if not shares_by_way:
        return []
    lines = [row("By definition", f"{'opened by then':<24}and open for {hold_days} days")]
    for way, stages in shares_by_way.items():
        shares = [ranged_of(stages[stage]) for stage in ("opened", "formed") if stage in stages]
        lines.append(row(f"  {DEFINITIONS[way]}", "  ".join(shares)))
    return lines


def variants(by_variant: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """How far P moves with the variant of the rules, where there are several."""
    if len(by_variant) < 2:
        return []
    lines = [row("By variant of the rules", f"{'by road':<24}by territory")]
    for name, variant in by_variant.items():
        shares = "  ".join(
            ranged_of(variant[kind]) if variant[kind] else f"{'too few worlds':<22}"
            for kind in KINDS
        ).rstrip()
        lines.append(row(f"  {name} ({variant['worlds']})", shares))
    return lines


def _worlds(number: int) -> str:
    return f"{number} world" if number == 1 else f"{number} worlds"


def precision(goal: Mapping[str, Any]) -> str:
    """The half-width asked for, and whether it has been reached."""
    kinds = "both" if goal["of"] == "both" else f"P by {goal['of']}"
    end = "" if goal["reached"] else " not reached (raise ensemble.max_worlds)"
    return f"half-width {goal['half_width']:g} of {kinds}{end}"


def routes(shares_by_route: Mapping[str, Mapping[str, Any]]) -> str:
    """Shares by route among the worlds that have one."""
    shares = [
        f"{name} {interval['estimate']:.0%} [{interval['low']:.0%}, {interval['high']:.0%}]"
        for name, interval in shares_by_route.items()
    ]
    return ", ".join(shares) or "none formed"
