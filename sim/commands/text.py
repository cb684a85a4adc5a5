"""What a run and a comparison say, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.compare import Comparison
    from sim.analysis.intervals import Interval
    from sim.config.schema import Config

_WIDTH = 33


def describe(summary: Mapping[str, Any], config: Config) -> str:
    """The estimate of a run in a few lines."""
    title = config.title or config.scenario
    p, dates = summary["p_corridor"], summary["dates"]
    method = p["road"]["method"]
    return "\n".join(
        [
            f"{title} ({config.scenario}): {_worlds(summary['worlds'])}, {config.clock.origin} to "
            f"{config.clock.until}, {config.corridor.source} to {config.corridor.sink}",
            _row("P(corridor by road)", probability(p["road"])),
            _row("P(corridor by territory)", probability(p["territory"])),
            _row("", f"(95% intervals: {method}, for the finite number of worlds)"),
            *definitions(summary.get("definitions", {}), config.corridor.hold_days),
            *variants(summary.get("variants", {})),
            *(_row("Precision", precision(one)) for one in [summary.get("precision")] if one),
            *([_row("Spread from inputs", inputs(p))] if "spread_from_inputs" in p["road"] else []),
            _row("First date by road", spread(dates["road"])),
            _row("First date by territory", spread(dates["territory"])),
            _row("Routes by road", routes(summary["routes"]["road"])),
            _row("Routes by territory", routes(summary["routes"]["territory"])),
            _row("Time", f"{summary['seconds']:.1f} s"),
        ]
    )


_DEFINED = {
    "road": "every town on a paved road",
    "clear": "and the countryside beside it",
    "territory": "over any ground",
}


def definitions(found: Mapping[str, Mapping[str, Any]], hold_days: int) -> list[str]:
    """P by each definition: open on some day by the horizon, and open from then on for long."""
    if not found:
        return []
    lines = [_row("By definition", f"{'opened by then':<24}and open for {hold_days} days")]
    for way, stages in found.items():
        said = [probability(stages[stage]) for stage in ("opened", "formed") if stage in stages]
        lines.append(_row(f"  {_DEFINED[way]}", "  ".join(said)))
    return lines


def variants(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """How far P moves with the variant of the rules, where there are several."""
    if len(found) < 2:
        return []
    lines = [_row("By variant of the rules", f"{'by road':<24}by territory")]
    for name, one in found.items():
        said = f"{probability(one['road'])}  {probability(one['territory'])}"
        lines.append(_row(f"  {name} ({one['worlds']})", said))
    return lines


def _worlds(number: int) -> str:
    return f"{number} world" if number == 1 else f"{number} worlds"


def _row(label: str, text: str) -> str:
    return f"{label:<{_WIDTH}}{text}"


def probability(found: Mapping[str, Any]) -> str:
    """An estimate with its interval."""
    return f"{found['estimate']:.3f}  [{found['low']:.3f}, {found['high']:.3f}]"


def precision(found: Mapping[str, Any]) -> str:
    """The half-width asked for, and whether it has been reached."""
    kinds = "both" if found["of"] == "both" else f"P by {found['of']}"
    end = "" if found["reached"] else " not reached (raise ensemble.max_worlds)"
    return f"half-width {found['half_width']:g} of {kinds}{end}"


def inputs(found: Mapping[str, Mapping[str, Any]]) -> str:
    """How far P varies with the uncertain inputs, apart from the error of finitely many worlds."""
    said = (f"{kind} {one['spread_from_inputs']:.3f}" for kind, one in found.items())
    return f"P varies by {', '.join(said)} (standard deviation over draws)"


def spread(dates: Mapping[str, Any]) -> str:
    """Median and 10-90% of a date over all worlds, in which it may be never."""
    low, median, high = (dates[key] or "never" for key in ("q10", "q50", "q90"))
    text = f"median {median}  (10-90%: {low} to {high})"
    if dates["never"] and dates["median_if_formed"]:
        text += f"\n{'':<{_WIDTH}}never in {dates['never']:.0%} of worlds; "
        text += f"median of the others {dates['median_if_formed']}"
    return text


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
    how = f"{first.pairs} paired worlds" if first.paired else "independent runs"
    lines = [f"Against {labels[first.first]}, over {how}"]
    for one in rows:
        d, level = one.difference, f"{one.difference.level:.0%}"
        corrected = f" (corrected {one.p_corrected:.2g})" if len(rows) > 1 else ""
        lines += [
            "",
            f"{labels[one.second]} by {one.kind}",
            _row("  P(corridor)", f"{one.p_first.estimate:.3f} -> {one.p_second.estimate:.3f}"),
            _row("  Difference", f"{d.estimate:+.4f}  [{d.low:+.4f}, {d.high:+.4f}]"),
            _row("", f"p {one.p:.2g}{corrected}; {level} {d.method}"),
        ]
        if one.table is not None:
            gained, lost = one.table.only_second, one.table.only_first
            lines.append(_row("  Worlds that flip", f"{gained} gain a corridor, {lost} lose it"))
        for name, found in (("  Ratio of P", one.ratio), ("  Odds ratio", one.odds)):
            if found is not None:
                lines.append(_row(name, _of(found, ".2f")))
        lines.append(_row("  Mean days to corridor", _of(one.days, "+.1f")))
        lines.append(_row("", f"p of the times {one.p_log_rank_corrected:.2g} (log-rank)"))
        if one.variance_ratio is not None:
            text = f"{_of(one.variance_ratio, '.1f')} times the worlds if not paired"
            lines.append(_row("  Pairing saves", text))
    lines.append(f"(p corrected for {len(rows)} comparisons by Holm's method)")
    return "\n".join(lines)


def _of(found: Interval, shape: str) -> str:
    return f"{found.estimate:{shape}}  [{found.low:{shape}}, {found.high:{shape}}]"
