"""Weigh the variants of the rules and write their page: `page.py FITS FOLDER`.

FITS holds a calibration for each variant, made by `make posterior`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.calibration.replay import Replay, operations, replay
from sim.analysis.calibration.run import record_of
from sim.analysis.calibration.stacking import FLOOR, foretold, log_scores, weights
from sim.analysis.calibration.table import FITTED, kept_table
from sim.analysis.calibration.windows import Window, windows
from sim.config.compose import compose, typed
from sim.paths import theatre_folder
from sim.theatre.spec import theatre_spec

SEEDS = theatre_folder("iraq_syria_jordan")

Floats = NDArray[np.float64]
WORLDS = 256  # in each window, for each variant
REPLAYS = 48  # worlds of each operation
TEMPOS = (0.5, 0.7, 1.0, 1.4, 2.0)
POST_MORTEM = "2017-06-04"  # weights that know nothing later, too


def main(fits: Path, folder: Path) -> int:
    """Run the windows that were left out, and write `weights.json` and the page."""
    names = list(typed(compose([])).rules.variants)
    until = max(windows_of(fits / names[0]), key=lambda one: one.end).end
    chances = {name: left_out(fits / name, name, until) for name in names}
    found = weigh(chances, windows(until, theatre_spec(SEEDS)))
    replays = {name: replayed(until, f"rules.variant={name}") for name in names}
    speeds = {
        tempo: replayed(date.fromisoformat(POST_MORTEM), *at_tempo(tempo)) for tempo in TEMPOS
    }
    fitted = {name: posteriors(fits / name, str(until)) for name in names}
    for name, result in (("weights", found), ("fitted", fitted)):
        file = folder / f"{name}.json"
        file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    text = page(found, fitted) + operations_page(replays, speeds)
    (folder / "README.md").write_text(text, encoding="utf-8")
    return 0


def read(fit: Path) -> dict[str, Any]:
    """The result of a calibration."""
    found: dict[str, Any] = json.loads((fit / "calibration.json").read_text(encoding="utf-8"))
    return found


def posteriors(fit: Path, until: str) -> dict[str, Any]:
    """Median and 90% interval of every fitted input."""
    parameters = read(fit)["until"][until]["parameters"]
    return {name: one["posterior"] for name, one in parameters.items()}


def windows_of(fit: Path) -> list[Window]:
    """All windows of a calibration's table."""
    spans = [span for one in read(fit)["until"].values() for span in one["windows"]]
    return sorted({Window(*map(date.fromisoformat, span)) for span in spans})


def left_out(fit: Path, name: str, until: date) -> Floats:
    """(windows, places) chance that a variant gave to what happened."""
    config, result, found = typed(compose([f"rules.variant={name}"])), read(fit), windows_of(fit)
    table = kept_table(fit / "table", found, result["particles"], result["seed"])
    truth = record_of(config, found, SEEDS)
    print(name, flush=True)
    return foretold(config, table, truth, until, SEEDS, result["accept"], WORLDS)


def replayed(until: date, *overrides: str) -> list[Replay]:
    """The operations until a day, under some settings."""
    print("replays", *overrides, flush=True)
    config = typed(compose(list(overrides)))
    return replay(
        config,
        operations(SEEDS, until),
        SEEDS,
        REPLAYS,
    )


def at_tempo(tempo: float) -> tuple[str, ...]:
    """Settings of the plain rules, their inputs from the prior but for the tempo."""
    fixed = f"rules.tempo={{low: {tempo}, central: {tempo}, high: {tempo}}}"
    return ("rules.variant=plain", "uncertainty=prior", fixed)


def weigh(chances: dict[str, Floats], known: Sequence[Window]) -> dict[str, Any]:
    """Weights and log scores over all windows, and over those that were over by the post-mortem."""
    early = [w for w, one in enumerate(known) if str(one.end) <= POST_MORTEM]
    whole, before = list(chances.values()), [one[early] for one in chances.values()]
    both = [weights(np.array([one.ravel() for one in part])) for part in (whole, before)]
    scores = [log_scores(part) for part in (whole, before)]
    places = whole[0].shape[1]
    return {
        "windows": [[str(one.start), str(one.end)] for one in known],
        "places": places,
        "worlds": WORLDS,
        "floor": FLOOR,
        "variants": {
            name: {
                "weight": round(float(both[0][v]), 3),
                "log_score": scores[0][v],
                f"weight_until_{known[early[-1]].end}": round(float(both[1][v]), 3),
                f"log_score_until_{known[early[-1]].end}": scores[1][v],
                "log_score_by_window": (-np.log(chances[name]).mean(axis=1)).tolist(),
            }
            for v, name in enumerate(chances)
        },
    }


def page(found: dict[str, Any], fitted: dict[str, Any]) -> str:
    """The page: weights, scores by window, and what was fitted."""
    variants = found["variants"]
    early = next(key for key in variants["plain"] if key.startswith("weight_until"))
    day = early.removeprefix("weight_until_")
    rows = [
        f"| {name} | {one['weight']:.2f} | {one['log_score']:.4f} | {one[early]:.2f} | "
        f"{one[f'log_score_until_{day}']:.4f} |"
        for name, one in variants.items()
    ]
    spans = [f"{a} to {b}" for a, b in found["windows"]]
    by_window = [
        f"| {span} | " + " | ".join(f"{one['log_score_by_window'][w]:.3f}" for one in
                                    variants.values()) + " |"
        for w, span in enumerate(spans)
    ]  # fmt: skip
    inputs = [
        f"| {name} | "
        + " | ".join(
            f"{one[name]['median']:.3g} [{one[name]['low']:.3g}, {one[name]['high']:.3g}]"
            for one in fitted.values()
        )
        + " |"
        for name in FITTED
    ]
    names = " | ".join(variants)
    rule = "|---" * (len(variants) + 1) + "|"
    return "\n".join(
        [
            "# Which rules foretell the record best?",
            "",
            "Every variant of the rules (docs/model.md) was fitted to the record, once without "
            f"each of its {len(spans)} windows, and then asked who holds each of "
            f"{found['places']} places at the end of the window it had not seen "
            f"({found['worlds']} worlds, from its first day). The weights are those of the "
            "mixture with the best mean log score (stacking: Yao, Vehtari, Simpson and Gelman "
            f"2018), at least {found['floor']:.0%} each. They stand in "
            "`configs/rules/default.yaml`. `./run` does it.",
            "",
            f"| variant | weight | log score | weight, windows until {day} | log score |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "Log score by window (less is better):",
            "",
            f"| window | {names} |",
            rule,
            *by_window,
            "",
            "What the fit to all windows says of the pooled inputs (median, 90% interval):",
            "",
            f"| input | {names} |",
            rule,
            *inputs,
            "",
        ]
    )


def operations_page(replays: dict[str, list[Replay]], speeds: dict[float, list[Replay]]) -> str:
    """How long operations of the record take in worlds in which they are begun."""
    names = list(replays)
    rows = [
        f"| {first.operation.name} | {first.operation.days} | "
        + " | ".join(f"{days(replays[name][i])} ({replays[name][i].sooner:.2f})" for name in names)
        + " |"
        for i, first in enumerate(replays[names[0]])
    ]
    means = [np.mean([one.sooner for one in found]) for found in replays.values()]
    curve = [np.mean([one.sooner for one in found]) for found in speeds.values()]
    number = len(next(iter(speeds.values())))
    return "\n".join(
        [
            "## Operations of the record, replayed",
            "",
            "Each operation of `seeds/iraq_syria_jordan/tempo.csv` against ISIS that ended with a "
            f"place in the hands of its side, in {REPLAYS} worlds that start on its first day with "
            "the forces that were there. That it was begun is given: its side wants the place "
            "above all and plans at once. Days of the record; then, for each variant, days in half "
            "of the worlds and "
            "(the share in which the place fell by the day of the record). Over all operations "
            "that share should be about a half; single ones were planned for long, or ended in a "
            "retreat, which no rule knows.",
            "",
            "| operation | days | " + " | ".join(names) + " |",
            "|---|---" + "|---" * len(names) + "|",
            *rows,
            "| share that fell sooner, mean | | "
            + " | ".join(f"{mean:.2f}" for mean in means) + " |",
            "",
            f"The same for the {number} operations until {POST_MORTEM}, by `rules.tempo` (plain "
            "rules, other inputs from their prior); its prior in the settings is from here:",
            "",
            "| tempo | " + " | ".join(f"{tempo:g}" for tempo in speeds) + " |",
            "|---" * (len(speeds) + 1) + "|",
            "| share that fell sooner, mean | " + " | ".join(f"{one:.2f}" for one in curve) + " |",
            "",
            "Written by `page.py`; how a fit works: [docs/calibration.md]"
            "(../../docs/calibration.md).",
            "",
        ]
    )  # fmt: skip


def days(found: Replay) -> str:
    """Median days, or a dash."""
    return "-" if found.median is None else str(found.median)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
