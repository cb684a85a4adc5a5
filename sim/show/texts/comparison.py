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
    for compared in rows:
        how = f"{compared.pairs} paired worlds" if compared.paired else "independent runs"
        d, level = compared.difference, f"{compared.difference.level:.0%}"
        corrected = f" (corrected {chance(compared.p_corrected)})" if len(rows) > 1 else ""
        lines += [
            "",
            f"{labels[compared.second]} by {compared.kind}, over {how}",
            *(f"  ({note})" for note in compared.notes),
            row("  Median date", " -> ".join(day or "later" for day in compared.medians)),
            row("  Mean days to corridor", ranged(compared.days, 1, "+")),
            row("", f"p of the times {chance(compared.p_log_rank_corrected)} (log-rank)"),
            *(row(f"  P by the {name}", ranged(d, 4, "+")) for name, d in compared.routes.items()),
            row(f"  P(corridor by {compared.until})", _change(compared)),
            row("  Difference", ranged(d, 4, "+")),
            row("", f"p {chance(compared.p)}{corrected}"),
            row("", f"{level} {d.method}"),
        ]
        if compared.table is not None:
            gained, lost = compared.table.only_second, compared.table.only_first
            lines.append(row("  Worlds that flip", f"{gained} gain a corridor, {lost} lose it"))
        for name, ratio in (("  Ratio of P", compared.ratio), ("  Odds ratio", compared.odds)):
            if ratio is not None:
                lines.append(row(name, ranged(ratio, 2)))
        lines += _over_variants(compared)
        if compared.variance_ratio is not None:
            text = f"{ranged(compared.variance_ratio, 1)} times the worlds if not paired"
            lines.append(row("  Pairing saves", text))
    lines.append(f"(p corrected for {len(rows)} comparisons by Holm's method)")
    return "\n".join(lines)


def _change(row: Comparison) -> str:
    both = row.p_first, row.p_second
    decimals = max(places(p.low, p.high, 3) for p in both)
    return " -> ".join(number(p.estimate, decimals) for p in both)


def _over_variants(compared: Comparison) -> list[str]:
    """The difference within each variant of the rules, and whether its sign is that of all."""
    if len(compared.by_variant) < 2:
        return []
    lines = [
        row(f"  Difference, {name}", ranged(difference, 4, "+") if difference else "too few worlds")
        for name, difference in compared.by_variant.items()
    ]
    if compared.sign_holds is not None:
        lines.append(row("  Same sign in all variants", compared.sign_holds))
    return lines
