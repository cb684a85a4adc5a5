"""What a run and a comparison say, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.compare import Comparison
    from sim.config.schema import Config

_WIDTH = 26


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
            _row("", f"(95% intervals: {method})"),
            *(
                [_row("Precision", precision(summary["precision"]))]
                if "precision" in summary
                else []
            ),
            _row("First date by road", spread(dates["road"])),
            _row("First date by territory", spread(dates["territory"])),
            _row("Routes by road", routes(summary["routes"]["road"])),
            _row("Routes by territory", routes(summary["routes"]["territory"])),
            _row("Time", f"{summary['seconds']:.1f} s"),
        ]
    )


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
    """Differences of P(corridor) from the first run, one line each."""
    first = rows[0].first
    lines = [f"Difference of P(corridor) from {labels[first]} over {rows[0].pairs} paired worlds"]
    width = max(len(label) for label in labels.values())
    for one in rows:
        d = one.difference
        lines.append(
            f"{labels[one.second]:<{width}}  {one.kind:<9}  {d.estimate:+.4f}  "
            f"[{d.low:+.4f}, {d.high:+.4f}]  p {one.p:.2g}"
            + (f" (corrected {one.p_corrected:.2g})" if len(rows) > 1 else "")
            + f"  only here {one.only_second}, only there {one.only_first}"
        )
    level = f"{rows[0].difference.level:.0%} intervals: {rows[0].difference.method}"
    lines.append(f"({level}; p corrected for {len(rows)} comparisons by Holm's method)")
    return "\n".join(lines)


def shown(path: Path) -> str:
    """A path as one would type it: relative to here when it is below."""
    here = Path.cwd()
    absolute = path.resolve()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(absolute)
