"""`landbridge rare`: P(corridor) where it is small, by splitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim import disk
from sim.commands.shared import arguments
from sim.commands.shared.cost import announce
from sim.commands.shared.pieces import Pieces
from sim.config.compose import compose_job
from sim.paths import shown
from sim.show.base.differences import named

if TYPE_CHECKING:
    from sim.analysis.rare.estimate import Rare
    from sim.ensemble.simulator import Simulator

FILE = "rare.json"
_OWN = {"kind": "road", "particles": "200", "repeats": "16", "rounds": "2", "pilots": "4"}
_RANGES = {
    "particles": (10, 100_000),
    "repeats": (2, 10_000),
    "rounds": (0, 20),
    "pilots": (1, 100),
}


def command(
    words: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    drawing: bool = True,
    dry_run: bool = False,
) -> int:
    """Estimate, print, write `rare.json` into Hydra's run folder."""
    mine, overrides = arguments.split(words, _OWN, "rare")
    kind = arguments.kind(mine)
    numbers = {key: arguments.whole(mine, key, *ends) for key, ends in _RANGES.items()}
    job = compose_job(overrides, config_dir)
    from sim.analysis.rare.corridor_event import Corridor
    from sim.analysis.rare.estimate import rare
    from sim.ensemble.run import prepare
    from sim.ensemble.store import folder
    from sim.ensemble.store.manifest import as_json

    prepared = prepare(job.config, simulator)
    settings = prepared.typed
    lives = numbers["repeats"] + numbers["rounds"] * numbers["pilots"]
    what = f"{numbers['repeats']} repetitions and {lives - numbers['repeats']} pilots"
    announce([(settings, lives * numbers["particles"])], what)
    if dry_run:
        return 0
    event = Corridor.of(prepared.setup, kind)
    asked = {"kind": kind, "scenario": settings.scenario, "until": settings.clock.until, **numbers}
    kept = [one for one in overrides if not one.startswith("hydra.")]
    with arguments.opened(job, prepared, "rare", FILE, asked, kept, "estimate") as directory:
        with Pieces("pilots and repetitions") as line:
            found = rare(
                event,
                event.guide(),
                **numbers,
                seed=settings.ensemble.seed,
                threads=settings.engine.threads,
                watch=line.show,
            )
        title = named(settings.title or settings.scenario, kept)
        print(said(found, kind, title, settings.clock.until, numbers))
        disk.stage(directory / FILE, as_json({**asked, "overrides": kept, **found.as_dict()}))
        folder.commit(directory, [FILE], complete=True)
        print(f"Written                   {shown(directory / FILE)}")
    return 0


def said(found: Rare, kind: str, title: str, until: str, numbers: Mapping[str, int]) -> str:
    """The estimate in a few lines."""
    p = found.interval
    lines = [f"{title}: corridor by {kind} formed by {until}"]
    if p.estimate <= 0.0:
        lines.append(
            f"P = 0: none of {numbers['repeats']} x {numbers['particles']} particles reached it; "
            "this bounds nothing, try more particles or rounds"
        )
        return "\n".join(lines)
    lines.append(f"P = {p.estimate:.2e}  [{p.low:.1e}, {p.high:.1e}]  ({p.level:.0%}: {p.method})")
    ticks = found.steps + found.pilot_steps
    lines.append(
        f"{numbers['repeats']} x {numbers['particles']} particles, {ticks} world-ticks "
        f"({found.pilot_steps} in pilots); plain Monte Carlo would need {found.gain:.2g} times as "
        "many"
    )
    if found.largest > 0.5:
        lines.append(
            f"Beware: one repetition makes up {found.largest:.0%} of the estimate; the interval is "
            "too narrow, use more particles"
        )
    return "\n".join(lines)
