"""What a comparison of runs says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.show.base.digits import chance, number, places, ranged
from sim.show.texts.layout import row

if TYPE_CHECKING:
    from sim.analysis.studies.compare import Comparison


def comparison_text(rows: Sequence[Comparison], labels: Mapping[Path, str]) -> str:
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
            row("  Median date", " -> ".join(day or "later" for day in one.medians)),
            row("  Mean days to corridor", ranged(one.days, 1, "+")),
            row("", f"p of the times {chance(one.p_log_rank_corrected)} (log-rank)"),
            *(row(f"  P by the {name}", ranged(d, 4, "+")) for name, d in one.routes.items()),
            row(f"  P(corridor by {one.until})", _change(one)),
            row("  Difference", ranged(d, 4, "+")),
            row("", f"p {chance(one.p)}{corrected}"),
            row("", f"{level} {d.method}"),
        ]
        if one.table is not None:
            gained, lost = one.table.only_second, one.table.only_first
            lines.append(row("  Worlds that flip", f"{gained} gain a corridor, {lost} lose it"))
        for name, ratio in (("  Ratio of P", one.ratio), ("  Odds ratio", one.odds)):
            if ratio is not None:
                lines.append(row(name, ranged(ratio, 2)))
        lines += _over_variants(one)
        if one.variance_ratio is not None:
            text = f"{ranged(one.variance_ratio, 1)} times the worlds if not paired"
            lines.append(row("  Pairing saves", text))
    lines.append(f"(p corrected for {len(rows)} comparisons by Holm's method)")
    return "\n".join(lines)


def _change(one: Comparison) -> str:
    both = one.p_first, one.p_second
    decimals = max(places(p.low, p.high, 3) for p in both)
    return " -> ".join(number(p.estimate, decimals) for p in both)


def _over_variants(one: Comparison) -> list[str]:
    """The difference within each variant of the rules, and whether its sign is that of all."""
    if len(one.by_variant) < 2:
        return []
    lines = [
        row(f"  Difference, {name}", ranged(difference, 4, "+") if difference else "too few worlds")
        for name, difference in one.by_variant.items()
    ]
    if one.sign_holds is not None:
        lines.append(row("  Same sign in all variants", one.sign_holds))
    return lines
