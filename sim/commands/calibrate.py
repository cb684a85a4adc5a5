"""`landbridge calibrate`: fit the pooled inputs to what the past shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import disk
from sim.commands.shared.cost import announce
from sim.commands.shared.pieces import Pieces
from sim.commands.shared.resume import call_again
from sim.config.compose import compose_job, typed
from sim.errors import LandbridgeError, bad_value
from sim.paths import shown

if TYPE_CHECKING:
    from sim.analysis.calibration.run import Asked, Ready
    from sim.config.schema import Config
    from sim.ensemble.simulator import Simulator

Draw = Callable[[Path], Sequence[Path]]

UNTIL = "2017-06-04"  # where none is asked for
_OWN = ("until", "particles", "accept", "rows")
_SET = ("clock.", "uncertainty", "posterior")  # by the windows, and by the table
_PARTICLES, _ROWS = (64, 1 << 20), (10, 100_000)


def command(
    overrides: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    draw: Draw | None,
    dry_run: bool = False,
) -> int:
    """Make the table, fit until each day, write and draw."""
    given, settings = _split(overrides)
    asked = _asked(given)
    job = compose_job(settings, config_dir)
    from sim.analysis.calibration.run import TABLE, calibrate, prepare
    from sim.ensemble.store import folder

    kept = [f"{key}={value}" for key, value in given.items()]
    kept += [one for one in settings if not one.startswith("hydra.")]
    ready = prepare(job.config, asked, simulator)
    if dry_run:
        _announce(typed(job.config), ready)
        return 0
    with folder.place(job.run_dir, job.is_dated) as directory:
        disk.refuse_unwritable(directory, folder.SETTING)
        _announce(typed(job.config), ready)
        with Pieces() as line:
            try:
                result = calibrate(ready, directory, kept, line.show)
            except KeyboardInterrupt:
                if not directory.is_dir():
                    raise
                pieces = len(list((directory / TABLE).glob("*.npy")))
                raise KeyboardInterrupt(
                    f"{pieces} pieces of the table are kept in {shown(directory)}; continue with: "
                    f"{call_again('calibrate', kept, directory, config_dir)}"
                ) from None
        for until, one in result["until"].items():
            print(describe(until, one, float(result["level"])))
        from sim.show.studies.calibration import draw_calibration

        drawn = (draw or draw_calibration)(directory)
        print(f"{'Folder':<16}{shown(directory)}")
        print(f"{'Figures':<16}{shown(drawn[0].parent)} ({len(drawn)} files)")
    return 0


def _announce(config: Config, ready: Ready) -> None:
    """Say what the table costs."""
    parts = []
    for one in ready.windows:
        clock = replace(config.clock, origin=str(one.start), until=str(one.end), beyond_days=0)
        parts.append((replace(config, clock=clock), ready.asked.particles))
    announce(parts, f"{len(parts)} windows of {ready.asked.particles}")


def _split(overrides: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """What is for the calibration, and the settings of its worlds."""
    given: dict[str, str] = {}
    settings = []
    for text in overrides:
        key, equals, value = text.partition("=")
        if key in _OWN and equals:
            given[key] = value.strip("'\"")
        elif key.lstrip("+~").startswith(_SET):
            raise LandbridgeError(f"{text}: a calibration sets that itself; leave it out")
        else:
            settings.append(text)
    return given, settings


def _asked(given: Mapping[str, str]) -> Asked:
    from sim.analysis.calibration.run import Asked

    days = [_day(text.strip()) for text in given.get("until", UNTIL).split(",")]
    accept = given.get("accept", "0.1")
    try:
        share = float(accept)
    except ValueError:
        share = float("nan")
    if not 0.0 < share <= 1.0:
        raise bad_value("accept", accept, "must be a number above 0, at most 1")
    return Asked(
        until=tuple(sorted(set(days))),
        particles=_whole("particles", given.get("particles", "4096"), *_PARTICLES),
        accept=share,
        rows=_whole("rows", given.get("rows", "200"), *_ROWS),
    )


def _whole(key: str, text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise bad_value(key, text, f"must be a whole number from {least} to {most}")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise bad_value("until", text, f"must be a date such as {UNTIL}") from error


def describe(until: str, one: Mapping[str, Any], level: float) -> str:
    """One fit: what it looked at, and its inputs beside their prior."""
    statistics = one["statistics"]
    by = {
        status: [name for name, found in statistics.items() if found["status"] == status]
        for status in ("used", "out of reach", "not reported")
    }
    first, last = one["windows"][0][0], one["windows"][-1][1]
    lines = [
        f"Until {until}: {len(one['windows'])} windows, {first} to {last}; fitted to "
        f"{len(by['used'])} of {len(statistics)} statistics"
    ]
    for status in ("out of reach", "not reported"):
        if by[status]:
            lines.append(f"  {status}: {', '.join(by[status])}")
    span = f"[{level:.0%}]"
    lines.append(f"{'':<16}{'prior ' + span:<22}{'posterior ' + span:<22}{'coverage':<10}shrinkage")
    for name, found in one["parameters"].items():
        again = one["recovery"]["parameters"][name]
        lines.append(
            f"{name:<16}{_range(found['prior']):<22}{_range(found['posterior']):<22}"
            f"{again['coverage']:<10.2f}{again['shrinkage']:.2f}"
        )
    return "\n".join([*lines, ""])


def _range(found: Mapping[str, float]) -> str:
    return f"{found['median']:.3g} [{found['low']:.3g}, {found['high']:.3g}]"
