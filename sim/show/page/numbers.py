"""What the page says of a run, as plain data: dictionaries, lists, numbers and texts.

`summary` is the run's own, word for word; the rest is read from its tables by the functions that
the figures use. Nothing here knows how it will look.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.analysis.run.sample_worlds import History, outcome
from sim.analysis.run.summary import months
from sim.analysis.stats.intervals import normal_quantile
from sim.analysis.stats.survival import Incidence, Times, describe, incidence
from sim.arrays import Floats
from sim.config import saved
from sim.config.compose import compose
from sim.config.texts import as_override
from sim.definitions import KINDS
from sim.ensemble.store import manifest
from sim.show.base.format import corridors, day, listed, percent, short
from sim.show.base.run_data import Control, Run
from sim.show.base.style import colour_code
from sim.show.run.alarm import alarm_words, panel_title, threshold, watchers
from sim.show.run.dates import ORDER, routes_by_day, times
from sim.show.run.routes import route_words, rows
from sim.theatre.spec import TheatreSpec

Numbers = dict[str, Any]
_COLUMNS = ("day", "share", "low", "high", "band_low", "band_high")
_DIGITS = 5  # of curves, whose points are shares of worlds


def of_run(run: Run, label: str) -> Numbers:
    """What the page says of a finished run.

    Args:
        run: the run, read.
        label: its name on the page.
    """
    known = {kind: times(run, kind) for kind in KINDS}
    span = months(run.origin, run.until, run.beyond)
    when = run.summary.get("time_to_corridor") or {k: describe(known[k], span) for k in KINDS}
    return {
        "label": label,
        **about(run),
        "summary": run.summary,
        "when": when,
        "curves": {kind: _curve(incidence(times)) for kind, times in known.items()},
        "routes": _routes(run),
        "routes_by_day": {kind: _routes_by_day(known[kind], run.spec) for kind in KINDS},
        "route_words": route_words(run)[0],
        "alarm": {name: _alarm(run, name) for name in watchers(run)},
        "alarm_words": alarm_words(run)[0],
        "weeks": [_week(run, control) for control in run.history],
        "places": _places(run),
        "settings": _settings(run),
        "made": _made(run),
    }


def about(run: Run) -> Numbers:
    """What is asked: when, from where to where, through whose ground."""
    return {
        "title": run.title,
        "scenario": run.scenario,
        "origin": run.origin.isoformat(),
        "until": run.until.isoformat(),
        "followed": run.followed.isoformat(),
        "hold_days": run.hold_days,
        "hex_km": float(run.settings["theatre"]["hex_km"]),
        "uncertainty": run.uncertainty,
        "seed": run.seed,
        "ends": [_name(run, str(run.settings["corridor"][end])) for end in ("source", "sink")],
        "coalition": list(run.coalition),
        "transit": list(run.transit),
        "factions": [_faction(run, name) for name in run.factions],
    }


def of_worlds(run: Run, histories: Sequence[History]) -> list[Numbers]:
    """Outcomes of single worlds, in the order given."""
    known = {kind: times(run, kind) for kind in ORDER}
    with run.worlds_file() as table:
        variant = table.coded("variant") if table.has("variant") else None
    shown = []
    for history in histories:
        dates = {kind: outcome(known[kind], history.world, run.origin) for kind in ORDER}
        shown.append(
            {
                "world": history.world,
                "variant": variant[1][variant[0][history.world]] if variant else "",
                "said": corridors(dates),
                **{kind: when and when.isoformat() for kind, when in dates.items()},
            }
        )
    return shown


def counts(run: Run) -> np.ndarray[Any, Any]:
    """(F + 1, U, T) worlds in which each faction, or nobody, holds a unit at each date."""
    shares = np.stack([control.share for control in run.history], axis=-1)
    return np.rint(shares * run.worlds).astype(np.int64)


def _faction(run: Run, key: str) -> Numbers:
    return {
        "key": key,
        "title": run.name(key),
        "said": run.called(key),
        "short": short(key),
        "colour": colour_code(run.colour(key)),
    }


def _name(run: Run, key: str) -> str:
    return run.place_name(key)


def _curve(curve: Incidence) -> dict[str, list[float]]:
    return {name: np.round(getattr(curve, name), _DIGITS).tolist() for name in _COLUMNS}


def _routes(run: Run) -> list[Numbers]:
    return [
        {
            "route": row.route,
            "crossing": row.crossing,
            "label": row.label,
            **{kind: interval.as_dict() for kind, interval in row.found.items()},
        }
        for row in rows(run)
    ]


def _routes_by_day(known: Times, spec: TheatreSpec) -> Numbers:
    """Days, and by route the shares of worlds with a corridor by them; intervals at the end."""
    by_day = routes_by_day(known, spec)
    routes = {
        name: {
            "share": np.round(curve.share, _DIGITS).tolist(),
            "last": {
                "estimate": float(curve.share[-1]),
                "low": float(curve.low[-1]),
                "high": float(curve.high[-1]),
            },
        }
        for name, curve in by_day.items()
    }
    return {"day": next(iter(by_day.values())).day.tolist(), "routes": routes}


def _alarm(run: Run, name: str) -> Numbers:
    curve = run.curves[name]
    return {
        "title": panel_title(run, name),
        "threshold": threshold(run, name),
        "dates": [day.isoformat() for day in curve.dates],
        **{q: np.round(value, _DIGITS).tolist() for q, value in curve.value.items()},
    }


def _week(run: Run, control: Control) -> Numbers:
    """A date: the ground by holder, and what a reader of its maps is told."""
    ground = run.ground(control)
    own = [run.factions.index(name) for name in run.coalition]
    mine = float(ground[own].sum())
    start = run.ground(run.history[0])
    open_ground = run.history[0].likeliest[: run.theatre.hexes] >= 0
    return {
        "date": control.when.isoformat(),
        "said": day(control.when),
        "ground": np.round(ground, _DIGITS).tolist(),
        "who": _who(run, control, mine, float(start[own].sum()), open_ground),
        "probability": _probability(run, control, open_ground),
        "unsure": _unsure(run, control, open_ground),
    }


def _who(run: Run, control: Control, mine: float, before: float, where: Any) -> str:
    many = listed([run.called(name) for name in run.coalition])
    verb = "holds" if len(run.coalition) == 1 else "hold"
    unsure = float((control.certainty[: run.theatre.hexes][where] < 0.5).mean())
    text = f"{day(control.when)}: {many} {verb} {percent(mine)} of the ground on average"
    text += "" if control is run.history[0] else f", {percent(before)} at the start"
    if unsure > 0.0:
        text += f"; on {percent(unsure)} of it no holder has half of the worlds"
    return f"{text}."


def _probability(run: Run, control: Control, where: Any) -> str:
    share = run.share(control, run.coalition)[: run.theatre.hexes][where]
    likely, open_ = float((share >= 0.5).mean()), float(((share > 0.1) & (share < 0.9)).mean())
    return (
        f"{day(control.when)}: {percent(likely)} of the ground is more likely than not in the "
        f"hands of the coalition; on {percent(open_)} its probability is between 10% and 90%."
    )


def half_width(share: Floats, draws: int) -> Floats:
    """Half-widths of 95% intervals for shares (Wilson 1927), as if draws were all that is known."""
    z2 = normal_quantile(0.95) ** 2
    spread = share * (1.0 - share) / draws + z2 / (4.0 * draws**2)
    half: Floats = np.sqrt(z2 * spread) / (1.0 + z2 / draws)
    return half


def _unsure(run: Run, control: Control, where: Any) -> str:
    share = run.share(control, run.coalition)[: run.theatre.hexes][where]
    widths = 100.0 * half_width(share, -(-run.worlds // run.per_draw))
    return (
        f"{day(control.when)}: the share of worlds in which the coalition holds a hex is known to "
        f"within {float(widths.max()):.1f} points everywhere, and to within "
        f"{float(np.median(widths)):.1f} points on half of the ground."
    )


def change_words(first: Run, second: Run, label: str) -> list[str]:
    """By date of the second run: how much more of the ground its coalition holds than the first's.

    `label` is the name of the first; the runs have the same map.
    """
    hexes = first.theatre.hexes
    where = first.history[0].likeliest[:hexes] >= 0
    phrases = []
    for k, control in enumerate(second.history):
        other = first.history[min(k, len(first.history) - 1)]
        shares = [run.share(state, run.coalition)[:hexes][where]
                  for run, state in ((first, other), (second, control))]  # fmt: skip
        apart = shares[1] - shares[0]
        phrases.append(
            f"{day(control.when)}: the coalition holds {100.0 * float(apart.mean()):+.1f} points "
            f"of the ground against {label}, from {100.0 * float(apart.min()):+.0f} to "
            f"{100.0 * float(apart.max()):+.0f} points of worlds by hex."
        )
    return phrases


def _places(run: Run) -> list[Numbers]:
    """Places at the last date, by name."""
    last, theatre = run.history[-1], run.theatre
    held: Floats = run.share(last, (*run.coalition, *run.transit))
    places = []
    for unit in range(theatre.hexes, theatre.units):
        holder = int(last.likeliest[unit])
        known = 0 <= holder < len(run.factions)
        places.append(
            {
                "id": theatre.ids[unit],
                "name": theatre.names[unit],
                "holder": run.factions[holder] if known else "",
                "share": float(last.certainty[unit]),
                "coalition": float(run.share(last, run.coalition)[unit]),
                "open": float(held[unit]),
            }
        )
    return sorted(places, key=lambda place: str(place["name"]))


def _settings(run: Run) -> Numbers:
    """What differs from the theatre's baseline, and every setting that has a source."""
    baseline = compose([as_override("theatre", str(run.settings["theatre"]["name"]))])
    here, plain = saved.flatten(run.settings), saved.flatten(saved.plain(baseline))
    changed = [
        {"key": key, "here": _text(here.get(key)), "baseline": _text(plain.get(key))}
        for key in sorted({*saved.deciding(here), *saved.deciding(plain)})
        if here.get(key) != plain.get(key) and key not in ("scenario", "title")
    ]
    return {"changed": changed, "sourced": list(_sourced(run.settings))}


def _sourced(tree: Any, stem: str = "") -> list[Numbers]:
    """Settings with a source: an uncertain number, or others that share one."""
    if not isinstance(tree, Mapping):
        return []
    sourced = [row for key in tree for row in _sourced(tree[key], f"{stem}.{key}".lstrip("."))]
    source = tree.get("source")
    if not isinstance(source, str) or not source or stem == "corridor":
        return sourced
    row: Numbers = {"key": stem, "source": source}
    if {"low", "central", "high"} <= tree.keys():
        row |= {end: tree[end] for end in ("low", "central", "high")}
    else:
        plain = {k: v for k, v in tree.items() if k != "source" and not isinstance(v, Mapping)}
        row["values"] = {key: _text(value) for key, value in plain.items()}
    return [row, *sourced]


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if value is None:
        return "not set"
    return saved.as_yaml(value).strip() if isinstance(value, list | Mapping) else str(value)


def _made(run: Run) -> Numbers:
    """What made the run, and the command that makes it again."""
    stored = manifest.read(run.directory) or {}
    overrides = saved.load_overrides(run.directory)
    kept = [
        override
        for override in overrides
        if not override.startswith(("ensemble.worlds=", "hydra."))
    ]
    command = ["landbridge", "run", *kept, f"ensemble.worlds={run.worlds}"]
    return {
        "command": shlex.join(command),
        "folder": run.directory.name,
        **{name: stored.get(name, "") for name in ("content_hash", "config_hash", "code")},
        "seeds": saved.tree_hash(stored.get("seeds", {})),
        "versions": stored.get("versions", {}),
    }
