"""`landbridge solve`: the value of a setting at which P(corridor) crosses a target."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.shared import arguments
from sim.errors import LandbridgeError
from sim.paths import located, shown
from sim.show.base import digits
from sim.show.base.differences import named
from sim.show.base.digits import ranged

if TYPE_CHECKING:
    from sim.analysis.studies.threshold import Response
    from sim.arrays import Flags
    from sim.ensemble.simulator import Simulator

_OWN = {
    "target": "",
    "over": "",
    "low": "",
    "high": "",
    "kind": "road",
    "points": "7",
    "rounds": "2",
    "out": "",
}
FILE = "solve.json"


def command(
    words: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    drawing: bool = True,
    dry_run: bool = False,
) -> int:
    """Find the crossing, print it, write `solve.json` and its figure."""
    mine, overrides = arguments.split(words, _OWN, "solve")
    if not mine["over"]:
        raise LandbridgeError("over=: give the key of the setting to look over")
    target = arguments.number(mine, "target", 0.0, 1.0)
    key, kind = mine["over"], arguments.kind(mine)
    points, rounds = arguments.whole(mine, "points", 3, 100), arguments.whole(mine, "rounds", 1, 5)
    low, high = arguments.ends(key, mine["low"], mine["high"])
    asked = mine["out"] if any(one.startswith("out=") for one in words) else None
    out = located(f"solve-{key.rpartition('.')[2]}" if asked is None else asked, "out")
    runs = arguments.Study(overrides, config_dir, simulator, out)
    whole = isinstance(runs.setting(key), int)
    runs.points = points * rounds
    runs.announce(f"{rounds} rounds of {points} values")
    if dry_run:
        return 0

    def ask(value: float) -> Flags:
        text = str(int(value)) if whole else f"{value:.6g}"
        return runs.run(text, [f"{key}={text}"])[kind]

    from sim import disk
    from sim.analysis.studies.threshold import solve
    from sim.ensemble.store import folder
    from sim.ensemble.store.manifest import as_json

    with folder.opened(out, "solve", [FILE], "out"):
        response = solve(
            ask, low, high, target, points=points, rounds=rounds, whole=whole, chances=runs.chances
        )
        print(said(response, key, kind, runs.worlds))
        tree = {"over": key, "kind": kind, "worlds": runs.worlds, **response.as_dict()}
        disk.stage(out / FILE, as_json(tree))
        folder.commit(out, [FILE], complete=True, folders=runs.folders)
        print(f"Written                   {shown(out / FILE)}")
        if drawing:
            from sim.show.studies.response import draw_response

            title = named(str(runs.config.title or runs.config.scenario), overrides)
            print(
                f"Figure                    {shown(draw_response(response, key, kind, title, out))}"
            )
    return 0


def said(response: Response, key: str, kind: str, worlds: int) -> str:
    """The answer in a few lines."""
    from sim.show.base.format import number

    found, target = response.crossing, response.target
    interval = found.interval
    lines = [f"P(corridor by {kind}) over {key}, {worlds} worlds at each value, the same luck"]
    for value, p, fitted in zip(response.values, response.p, response.fitted, strict=True):
        lines.append(
            f"  {value:<10.6g} {ranged(p)}  fitted "
            f"{digits.number(fitted, digits.places(p.low, p.high, 3))}"
        )
    low = "below " * found.open_low + f"{number(interval.low)}"
    high = "above " * found.open_high + f"{number(interval.high)}"
    if found.status == "never":
        side = "below" if max(response.fitted) < target else "above"
        lines.append(
            f"Never crosses {target:g}: surely {side} it from {response.values[0]:g} to "
            f"{response.values[-1]:g}"
        )
    elif found.status == "unclear":
        lines.append(
            f"No crossing of {target:g} is seen between {response.values[0]:g} and "
            f"{response.values[-1]:g}, but one cannot be ruled out ({low} to {high}); more worlds "
            "or a wider range would tell"
        )
    else:
        lines.append(f"Crosses {target:g} at {number(interval.estimate)}  [{low}, {high}]")
    lines.append(f"({interval.level:.0%} intervals: {interval.method})")
    if found.turns < 0.05:
        lines.append(
            f"Beware: the response turns round (p {found.turns:.2g}); there may be more crossings"
        )
    return "\n".join(lines)
