"""`landbridge rare`: P(corridor) where it is small, by splitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.text import shown
from sim.config.compose import compose_job
from sim.errors import LandbridgeError, bad_value

if TYPE_CHECKING:
    from sim.analysis.rare.estimate import Rare
    from sim.ensemble.simulator import Simulator

FILE = "rare.json"
WAYS = ("road", "territory")
_NUMBERS = {  # default, least, most
    "particles": (200, 10, 100_000),
    "repeats": (16, 2, 10_000),
    "rounds": (2, 0, 20),
    "pilots": (4, 1, 100),
}


def command(
    words: Sequence[str], config_dir: Path | None, simulator: Simulator | None = None
) -> int:
    """Estimate, print, write `rare.json` into Hydra's run folder."""
    way, numbers, overrides = _asked(words)
    job = compose_job(overrides, config_dir)
    from sim.analysis.rare.estimate import rare
    from sim.analysis.rare.worlds import Corridor
    from sim.ensemble.folder import disk_errors, refuse_unwritable
    from sim.ensemble.manifest import write_json
    from sim.ensemble.run import prepare

    directory = job.run_dir
    refuse_unwritable(directory)
    prepared = prepare(job.config, simulator)
    settings = prepared.typed
    event = Corridor.of(prepared.setup, way)
    found = rare(
        event, event.guide(), **numbers, seed=settings.ensemble.seed, threads=settings.engine.threads
    )
    print(said(found, way, settings.title or settings.scenario, settings.clock.until, numbers))
    with disk_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
        tree = {"way": way, "scenario": settings.scenario, "until": settings.clock.until, **numbers}
        kept = [one for one in overrides if not one.startswith("hydra.")]
        write_json(directory / FILE, {**tree, "overrides": kept, **found.as_dict()})
    print(f"Written                   {shown(directory / FILE)}")
    return 0


def _asked(words: Sequence[str]) -> tuple[str, dict[str, int], list[str]]:
    """Which corridor, the command's own numbers, and the overrides of the model's settings."""
    way, numbers, overrides = "road", {key: one[0] for key, one in _NUMBERS.items()}, []
    for word in words:
        key, is_setting, value = word.partition("=")
        if is_setting and key == "way":
            if value not in WAYS:
                raise bad_value("way", value, "no such kind of corridor", WAYS)
            way = value
        elif is_setting and key in _NUMBERS:
            numbers[key] = _whole(key, value)
        else:
            overrides.append(word)
    return way, numbers, overrides


def _whole(key: str, text: str) -> int:
    _, least, most = _NUMBERS[key]
    if not text.isdecimal() or not least <= int(text) <= most:
        raise LandbridgeError(f"{key}={text}: must be a whole number from {least} to {most}")
    return int(text)


def said(found: Rare, way: str, title: str, until: str, numbers: Mapping[str, int]) -> str:
    """The estimate in a few lines."""
    p = found.interval
    lines = [f"{title}: corridor by {way} formed by {until}"]
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
