"""What a run and a comparison say, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sim.definitions import DEFINITIONS, KINDS
from sim.show.base.differences import phrases
from sim.show.base.digits import chance, number, places, ranged, ranged_of

if TYPE_CHECKING:
    from sim.analysis.studies.compare import Comparison
    from sim.config.schema import Config

_WIDTH, _COLUMN = 33, 26  # of labels, and of one kind of corridor beside the other
_MEDIAN = ("  Median", "    its 95% interval")
_MOST_ROWS = 7  # of the curve of the time to corridor, horizon and end not counted


def describe(summary: Mapping[str, Any], config: Config, overrides: Sequence[str] = ()) -> str:
    """The estimate of a run in a few lines: when, then whether and how far that is in doubt."""
    differs = wrap(", ".join(phrases(overrides)), 66)
    title = config.title or config.scenario
    p, clock = summary["p_corridor"], config.clock
    return "\n".join(
        [
            f"{title} ({config.scenario}): {_worlds(summary['worlds'])}, {clock.origin} to "
            f"{clock.until}, {config.corridor.source} to {config.corridor.sink}",
            *(_row("" if k else "Differs from the scenario by", w) for k, w in enumerate(differs)),
            *when(summary["time_to_corridor"], date.fromisoformat(clock.origin)),
            *whether(summary["doubt"], clock.until),
            *definitions(summary.get("definitions", {}), config.corridor.hold_days),
            *variants(summary.get("variants", {})),
            *(_row("Precision", precision(one)) for one in [summary.get("precision")] if one),
            _row("Routes by road", routes(summary["routes"]["road"])),
            _row("Routes by territory", routes(summary["routes"]["territory"])),
            _row("Time", f"{summary['seconds']:.1f} s"),
            f"(Monte Carlo error alone, 95%: by road {probability(p['road'])}, by territory",
            f" {probability(p['territory'])}; {p['road']['method']})",
        ]
    )


def when(found: Mapping[str, Any], origin: date) -> list[str]:
    """The time to corridor: its median, and the share of worlds with one by some days."""
    medians = [_median(found[kind]["median_days"], origin) for kind in KINDS]
    horizon, last = (found["road"][key] for key in ("horizon_days", "followed_days"))
    lines = [
        _row("First day of a corridor", f"{'by road':<{_COLUMN}}by territory"),
        *(_row(name, f"{a:<{_COLUMN}}{b}") for name, a, b in zip(_MEDIAN, *medians, strict=True)),
    ]
    rows = list(zip(*(found[kind]["incidence"] for kind in KINDS), strict=True))
    days = [pair[0]["day"] for pair in rows]
    step = -(-len(rows) // _MOST_ROWS)
    shown = {*days[step - 1 :: step], horizon, last}
    for pair in rows:
        day = pair[0]["day"]
        if day in shown:
            name = f"  By {origin + timedelta(day)}" + (", the horizon" if day == horizon else "")
            said = [ranged_of(one, "band_", "share") for one in pair]
            lines.append(_row(name, f"{said[0]:<{_COLUMN - 1}} {said[1]}"))
    return [*lines, _row("", "(share of worlds, with its 95% band over all days)")]


def _median(found: Mapping[str, int | None], origin: date) -> tuple[str, str]:
    middle, low, high = (
        "later" if found[key] is None else str(origin + timedelta(int(found[key] or 0)))
        for key in ("estimate", "low", "high")
    )
    return middle, f"[{low}, {high}]"


def whether(found: Mapping[str, Mapping[str, Any]], until: str) -> list[str]:
    """P by the horizon with the three parts of its doubt, and its range over the rules."""
    lines = [_row(f"P(corridor by {until})", f"{'P':<8}Monte Carlo  inputs     rules")]
    for kind, one in found.items():
        parts = [_deviation(one[key]) for key in ("monte_carlo", "inputs", "rules")]
        said = f"{one['p']:<8.3f}{parts[0]:<13}{parts[1]:<11}{parts[2]}"
        lines.append(_row(f"  by {kind}", said))
        if one["lowest"] is not None:
            ends = (f"{end['estimate']:.3f} ({end['variant']})" for end in _extremes(one))
            lines.append(_row("", f"over variants of the rules {' to '.join(ends)}"))
    return [*lines, _row("", "(doubt as standard deviations of P; - not known)")]


def _extremes(found: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return found["lowest"], found["highest"]


def _deviation(found: float | None) -> str:
    return "-" if found is None else f"{found:.3f}"


def definitions(found: Mapping[str, Mapping[str, Any]], hold_days: int) -> list[str]:
    """P by each definition: open on some day by the horizon, and open from then on for long."""
    if not found:
        return []
    lines = [_row("By definition", f"{'opened by then':<24}and open for {hold_days} days")]
    for way, stages in found.items():
        said = [probability(stages[stage]) for stage in ("opened", "formed") if stage in stages]
        lines.append(_row(f"  {DEFINITIONS[way]}", "  ".join(said)))
    return lines


def variants(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """How far P moves with the variant of the rules, where there are several."""
    if len(found) < 2:
        return []
    lines = [_row("By variant of the rules", f"{'by road':<24}by territory")]
    for name, one in found.items():
        said = "  ".join(
            probability(one[kind]) if one[kind] else f"{'too few worlds':<22}" for kind in KINDS
        ).rstrip()
        lines.append(_row(f"  {name} ({one['worlds']})", said))
    return lines


def _worlds(number: int) -> str:
    return f"{number} world" if number == 1 else f"{number} worlds"


def _row(label: str, text: str) -> str:
    return f"{label:<{_WIDTH}}{text}"


def probability(found: Mapping[str, Any]) -> str:
    """An estimate with its interval."""
    return ranged_of(found)


def precision(found: Mapping[str, Any]) -> str:
    """The half-width asked for, and whether it has been reached."""
    kinds = "both" if found["of"] == "both" else f"P by {found['of']}"
    end = "" if found["reached"] else " not reached (raise ensemble.max_worlds)"
    return f"half-width {found['half_width']:g} of {kinds}{end}"


def routes(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Shares by route among the worlds that have one."""
    shares = [
        f"{name} {one['estimate']:.0%} [{one['low']:.0%}, {one['high']:.0%}]"
        for name, one in found.items()
    ]
    return ", ".join(shares) or "none formed"


def comparison(rows: Sequence[Comparison], labels: Mapping[Path, str]) -> str:
    """Runs against the first one, a few lines for each kind of corridor."""
    first = rows[0]
    lines = [f"Against {labels[first.first]}"]
    for one in rows:
        how = f"{one.pairs} paired worlds" if one.paired else "independent runs"
        d, level = one.difference, f"{one.difference.level:.0%}"
        corrected = f" (corrected {chance(one.p_corrected)})" if len(rows) > 1 else ""
        lines += [
            "",
            f"{labels[one.second]} by {one.kind}, over {how}",
            *(f"  ({note})" for note in one.notes),
            _row("  Median date", " -> ".join(day or "later" for day in one.medians)),
            _row("  Mean days to corridor", ranged(one.days, 1, "+")),
            _row("", f"p of the times {chance(one.p_log_rank_corrected)} (log-rank)"),
            *(_row(f"  P by the {name}", ranged(d, 4, "+")) for name, d in one.routes.items()),
            _row(f"  P(corridor by {one.until})", _change(one)),
            _row("  Difference", ranged(d, 4, "+")),
            _row("", f"p {chance(one.p)}{corrected}"),
            _row("", f"{level} {d.method}"),
        ]
        if one.table is not None:
            gained, lost = one.table.only_second, one.table.only_first
            lines.append(_row("  Worlds that flip", f"{gained} gain a corridor, {lost} lose it"))
        for name, found in (("  Ratio of P", one.ratio), ("  Odds ratio", one.odds)):
            if found is not None:
                lines.append(_row(name, ranged(found, 2)))
        lines += over_variants(one)
        if one.variance_ratio is not None:
            text = f"{ranged(one.variance_ratio, 1)} times the worlds if not paired"
            lines.append(_row("  Pairing saves", text))
    lines.append(f"(p corrected for {len(rows)} comparisons by Holm's method)")
    return "\n".join(lines)


def _change(one: Comparison) -> str:
    both = one.p_first, one.p_second
    decimals = max(places(p.low, p.high, 3) for p in both)
    return " -> ".join(number(p.estimate, decimals) for p in both)


def over_variants(one: Comparison) -> list[str]:
    """The difference within each variant of the rules, and whether its sign is that of all."""
    if len(one.by_variant) < 2:
        return []
    lines = [
        _row(f"  Difference, {name}", ranged(found, 4, "+") if found else "too few worlds")
        for name, found in one.by_variant.items()
    ]
    if one.sign_holds is not None:
        lines.append(_row("  Same sign in all variants", one.sign_holds))
    return lines
