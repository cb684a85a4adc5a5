"""What studies of a scenario say: thresholds, sensitivity, criticality, rare events, fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.show.base import digits
from sim.show.base.digits import chance, ranged, ranged_of
from sim.show.base.format import number

if TYPE_CHECKING:
    from sim.analysis.rare.estimate import Rare
    from sim.analysis.stats.intervals import Interval
    from sim.analysis.stats.sobol import Sensitivity
    from sim.analysis.studies.criticality import Criticality
    from sim.analysis.studies.threshold import Response


def threshold_text(response: Response, key: str, kind: str, worlds: int) -> str:
    """P at every value that was tried, and where it crosses the target."""
    crossing, target = response.crossing, response.target
    interval = crossing.interval
    lines = [
        f"P(corridor by {kind}) over {key}, {worlds} worlds at each value, common random numbers"
    ]
    for value, p, fitted in zip(response.values, response.p, response.fitted, strict=True):
        lines.append(
            f"  {value:<10.6g} {ranged(p)}  fitted "
            f"{digits.number(fitted, digits.places(p.low, p.high, 3))}"
        )
    low = "below " * crossing.open_low + f"{number(interval.low)}"
    high = "above " * crossing.open_high + f"{number(interval.high)}"
    if crossing.status == "never":
        side = "below" if max(response.fitted) < target else "above"
        lines.append(
            f"Never crosses {target:g}: surely {side} it from {response.values[0]:g} to "
            f"{response.values[-1]:g}"
        )
    elif crossing.status == "unclear":
        lines.append(
            f"No crossing of {target:g} is seen between {response.values[0]:g} and "
            f"{response.values[-1]:g}, but one cannot be ruled out ({low} to {high}); more worlds "
            "or a wider range would tell"
        )
    else:
        lines.append(f"Crosses {target:g} at {number(interval.estimate)}  [{low}, {high}]")
    lines.append(f"({interval.level:.0%} intervals: {interval.method})")
    if crossing.turns < 0.05:
        lines.append(
            f"Beware: the response turns round (p {crossing.turns:.2g}); there may be more "
            "crossings"
        )
    return "\n".join(lines)


def sensitivity_text(indices: Sensitivity, kind: str) -> str:
    """The indices, the largest first, and how much of P is chance."""
    p, inputs_share = indices.p, max(0.0, indices.inputs.estimate)
    total = indices.inputs.estimate + indices.replications.estimate
    width = max(len(effect.name) for effect in indices.effects)
    lines = [
        f"P(corridor by {kind}) over the inputs below: {ranged(p)}, "
        f"{indices.points} points of {indices.worlds} worlds",
    ]
    if total <= 0.0:
        return "\n".join([*lines, "All worlds end alike: there is nothing to be sensitive to"])
    lines.append(
        f"Variance of a world's outcome: {inputs_share / total:.1%} from these "
        f"inputs (P varies by {inputs_share**0.5:.3f} about its mean), the "
        "rest from chance and all other inputs"
    )
    if not indices.seen:
        lines.append("The inputs cannot be told from noise: more worlds or base points are needed")
    lines.append(f"{'':<{width}}  first order          total                P low third -> high")
    *inputs, dummy = indices.effects
    for effect in [*sorted(inputs, key=lambda e: -e.total.estimate), dummy]:
        first, whole = (
            f"{i.estimate:5.2f} [{i.low:5.2f}, {i.high:5.2f}]" for i in (effect.first, effect.total)
        )
        lines.append(
            f"{effect.name:<{width}}  {first}  {whole}  {effect.low.estimate:.3f} -> "
            f"{effect.high.estimate:.3f}"
        )
    lines.append(f"({p.level:.0%} intervals: {p.method}; the dummy does nothing: it shows noise)")
    return "\n".join(lines)


def criticality_text(
    without: Interval, rows: Sequence[Criticality], kind: str, worlds: int, names: Mapping[str, str]
) -> str:
    """The places in order, and the most critical by name."""
    from sim.analysis.studies.criticality import most_critical

    fighters = rows[0].garrison.fighters
    lines = [
        f"P(corridor by {kind}) without {ranged_of(without.as_dict())}, and its change with "
        f"{fighters} fighters at one place, over {worlds} paired worlds"
    ]
    width = max(len(row.garrison.place) for row in rows)
    whose = max(len(row.garrison.faction) for row in rows)
    for row in rows:
        lines.append(
            f"{row.garrison.place:<{width}}  {row.garrison.faction:<{whose}}  "
            f"{ranged(row.difference, 3, '+')}  p {chance(row.p)} "
            f"(corrected {chance(row.p_corrected)})"
        )
    method = rows[0].difference
    lines.append(f"({method.level:.0%} intervals: {method.method}; p corrected by Holm's method)")
    falls = [names[row.garrison.place] + "*" * row.sure for row in most_critical(rows)]
    if any(row.sure for row in most_critical(rows)):
        lines.append(f"Most critical: {', '.join(falls)}")
        lines.append("(* surely, also after the correction)")
    else:
        where = f"P falls most at {', '.join(falls)}" if falls else "P falls nowhere"
        lines.append(f"No place is surely critical; {where}")
    return "\n".join(lines)


def rare_text(rare: Rare, kind: str, title: str, until: str, repeats: int, particles: int) -> str:
    """The estimate with its interval, and what it has cost."""
    p = rare.interval
    lines = [f"{title}: corridor by {kind} formed by {until}"]
    if p.estimate <= 0.0:
        lines.append(
            f"P = 0: none of {repeats} x {particles} particles reached it; "
            "this bounds nothing, try more particles or rounds"
        )
        return "\n".join(lines)
    lines.append(f"P = {p.estimate:.2e}  [{p.low:.1e}, {p.high:.1e}]  ({p.level:.0%}: {p.method})")
    ticks = rare.steps + rare.pilot_steps
    lines.append(
        f"{repeats} x {particles} particles, {ticks} world-ticks ({rare.pilot_steps} in pilots); "
        f"plain Monte Carlo would need {rare.gain:.2g} times as many"
    )
    if rare.largest > 0.5:
        lines.append(
            f"Beware: one repetition makes up {rare.largest:.0%} of the estimate; the interval is "
            "too narrow, use more particles"
        )
    return "\n".join(lines)


def calibration_text(result: Mapping[str, Any]) -> str:
    """Every fit: what it looked at, and its inputs beside their prior."""
    level = float(result["level"])
    return "\n".join(_fit_text(until, fit, level) for until, fit in result["until"].items())


def _fit_text(until: str, fit: Mapping[str, Any], level: float) -> str:
    statistics = fit["statistics"]
    by = {
        status: [name for name, statistic in statistics.items() if statistic["status"] == status]
        for status in ("used", "out of reach", "not reported")
    }
    first, last = fit["windows"][0][0], fit["windows"][-1][1]
    lines = [
        f"Until {until}: {len(fit['windows'])} windows, {first} to {last}; fitted to "
        f"{len(by['used'])} of {len(statistics)} statistics"
    ]
    for status in ("out of reach", "not reported"):
        if by[status]:
            lines.append(f"  {status}: {', '.join(by[status])}")
    span = f"[{level:.0%}]"
    lines.append(f"{'':<16}{'prior ' + span:<22}{'posterior ' + span:<22}{'coverage':<10}shrinkage")
    for name, parameter in fit["parameters"].items():
        again = fit["recovery"]["parameters"][name]
        lines.append(
            f"{name:<16}{_range(parameter['prior']):<22}{_range(parameter['posterior']):<22}"
            f"{again['coverage']:<10.2f}{again['shrinkage']:.2f}"
        )
    return "\n".join([*lines, ""])


def _range(ends: Mapping[str, float]) -> str:
    return f"{ends['median']:.3g} [{ends['low']:.3g}, {ends['high']:.3g}]"
