"""`landbridge backtest`: forecast control from a day in the history, and score it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import plain_worlds
from sim.commands.shared.cost import announce
from sim.commands.shared.progress import Display
from sim.commands.shared.resume import call_again, how_to_continue
from sim.commands.shared.scoretext import describe_events, describe_scores, describe_splits
from sim.config import theatres
from sim.config.check import horizon
from sim.config.compose import compose_job, parse, typed
from sim.config.record_days import MONTH_ENDS
from sim.errors import LandbridgeError
from sim.paths import located, shown, theatre_folder

if TYPE_CHECKING:
    from sim.analysis.backtest.backtest import Backtest
    from sim.analysis.backtest.event_scores import Outcome
    from sim.analysis.backtest.observations import Record
    from sim.ensemble.run import Prepared
    from sim.ensemble.simulator import Simulator

Draw = Callable[[Path], Sequence[Path]]

ORIGIN = "2017-06-04"  # where none is asked for
_SHORT = {"origin": "clock.origin", "until": "clock.until"}
_FILES = ("truth", "events")  # what happened


def command(
    overrides: Sequence[str],
    config_dir: Path | None,
    extra: Sequence[str],
    simulator: Simulator | None,
    draw: Draw | None,
    dry_run: bool = False,
) -> int:
    """Forecast and score from one origin, or from several, each until the next."""
    given, settings = _asked(overrides)
    origins = given.get("clock.origin", ORIGIN).split(",")
    by_origin = _extra(extra, origins)
    if dry_run:
        _announce(given, settings, by_origin, config_dir)
        return 0
    if len(origins) == 1:
        own = [*settings, *by_origin[origins[0]]]
        done = _one(given, own, config_dir, None, simulator)
        print(describe_scores(done))
        if done.events is not None:
            print(describe_events(done.events))
        _say_where(done.directory, done.scores is not None or done.events is not None, draw)
        return 0
    if "events" in given:
        raise LandbridgeError("events=...: is scored from one origin at a time")
    words = [*overrides, *(word for one in extra for word in ("--with", one))]
    return _splits(given, settings, by_origin, words, config_dir, simulator, draw)


def _asked(overrides: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Origin, until, truth and events; and the other settings."""
    given: dict[str, str] = {}
    settings = []
    for text in overrides:
        key, _, value = text.partition("=")
        key = _SHORT.get(key, key)
        if key in ("clock.origin", "clock.until", *_FILES):
            given[key] = value.strip("'\"")
        elif key.startswith("clock.record_on"):
            raise LandbridgeError(f"{text}: a backtest records month ends; leave it out")
        else:
            settings.append(text)
    return given, settings


def _announce(
    given: Mapping[str, str],
    settings: Sequence[str],
    by_origin: Mapping[str, Sequence[str]],
    config_dir: Path | None,
) -> None:
    """Say what the worlds from all origins cost."""
    parts = []
    for origin, until in _dates(given, list(by_origin), settings):
        own = _overrides(
            {**given, **until, "clock.origin": origin}, [*settings, *by_origin[origin]]
        )
        config = typed(compose_job(own, config_dir).config)
        horizon(config)  # dates that can be used
        parts.append((config, config.ensemble.worlds))
    announce(parts, f"{len(parts)} origins" if len(parts) > 1 else "")


def _dates(
    given: Mapping[str, str], origins: Sequence[str], settings: Sequence[str]
) -> list[tuple[str, dict[str, str]]]:
    """Each origin, and until when its forecast is if that is known."""
    from sim.analysis.backtest.rolling_origin import spans

    if len(origins) == 1:
        return [(origins[0], {})]
    ends = spans(origins, given.get("clock.until", _last(settings)))
    return [(origin, {"clock.until": until}) for origin, until in ends]


def _overrides(given: Mapping[str, str], settings: Sequence[str]) -> list[str]:
    """All that is set for the forecast from one origin."""
    origin = given.get("clock.origin", ORIGIN)
    until = (
        [f"clock.until={given['clock.until']}"]
        if "clock.until" in given
        else _until(origin, settings)
    )
    own = [*plain_worlds(settings), *settings]
    return [f"clock.origin={origin}", *until, *own, f"clock.record_on=[{MONTH_ENDS}]"]


def _extra(extra: Sequence[str], origins: Sequence[str]) -> dict[str, list[str]]:
    """Overrides for one origin each, given as ORIGIN:KEY=VALUE."""
    found: dict[str, list[str]] = {origin: [] for origin in origins}
    for text in extra:
        origin, colon, override = text.partition(":")
        if not colon or origin not in found:
            raise LandbridgeError(
                f"--with={text}: must be ORIGIN:KEY=VALUE (allowed origins: {', '.join(origins)})"
            )
        found[origin].append(override)
    return found


def _one(
    given: Mapping[str, str],
    settings: Sequence[str],
    config_dir: Path | None,
    root: Path | None,
    simulator: Simulator | None,
) -> Backtest:
    """One origin, in the folder of the settings or, below `root`, in one named by the origin."""
    origin, own = given.get("clock.origin", ORIGIN), _overrides(given, settings)
    job = compose_job(own, config_dir)
    from sim.analysis.backtest.backtest import FILES, backtest, refuse_one_world
    from sim.ensemble.run import prepare
    from sim.ensemble.store import folder

    kept = [one for one in own if not one.startswith("hydra.")]
    again = [*kept[:-1], *(f"{name}={given[name]}" for name in _FILES if name in given)]
    asked = int(job.config.ensemble.worlds)
    refuse_one_world(asked)
    with Display():
        prepared = prepare(job.config, simulator)
        record, events = _record(prepared, given), _events(prepared, given)
    named = (job.run_dir, job.is_dated) if root is None else (root / origin, False)
    with folder.place(*named) as directory, folder.opened(directory, "forecast", FILES):
        if root is None:
            announce([(prepared.typed, asked)])
        going_on = how_to_continue("backtest", again, directory, asked, config_dir)
        with going_on, Display() as display:
            return backtest(prepared, directory, record, events, kept, display.show)


def _last(settings: Sequence[str]) -> str:
    """The last day of the record of the theatre that settings choose."""
    from sim.theatre.spec import theatre_spec

    return str(theatre_spec(theatre_folder(theatres.chosen(parse(settings)))).last)


def _until(origin: str, settings: Sequence[str]) -> list[str]:
    """The end of the record, for an origin before it; else what the settings say."""
    last = _last(settings)
    return [f"clock.until={last}"] if origin < last else []


def _events(prepared: Prepared, given: Mapping[str, str]) -> list[Outcome]:
    """What became of the events that are forecast, from the user's file; none without one."""
    from sim.analysis.backtest.event_scores import read_outcomes
    from sim.theatre.history.reports import routes_known

    if "events" not in given:
        return []
    origin, _ = horizon(prepared.typed)
    return read_outcomes(located(given["events"], "events"), origin, routes_known(prepared.seeds))


def _record(prepared: Prepared, given: Mapping[str, str]) -> Record:
    """The packaged record, carried on by the user's file."""
    from sim.analysis.backtest.observations import extended, packaged
    from sim.ensemble.store.tables import NOBODY
    from sim.theatre.history.reports import enclaves, factions_known, places_known

    record = packaged(prepared.seeds)
    if "truth" not in given:
        return record
    places = (
        *places_known(prepared.seeds),
        *(one.enclave for one in enclaves(prepared.seeds)),
    )
    holders = {*factions_known(prepared.seeds), *prepared.typed.faction, NOBODY}
    return extended(record, located(given["truth"], "truth"), places, sorted(holders))


def _splits(
    given: Mapping[str, str],
    settings: Sequence[str],
    by_origin: Mapping[str, Sequence[str]],
    words: Sequence[str],
    config_dir: Path | None,
    simulator: Simulator | None,
    draw: Draw | None,
) -> int:
    """Every origin until the next, the last until the end; then all together."""
    from sim.analysis.backtest.backtest import FILES
    from sim.analysis.backtest.rolling_origin import pooled
    from sim.ensemble.store import folder

    splits = _dates(given, list(by_origin), settings)
    job = compose_job(settings, config_dir)
    place, done = folder.place(job.run_dir, job.is_dated), []
    with place as root, folder.opened(root, "forecasts", FILES):
        folder.commit(root, folders=[origin for origin, _ in splits])
        _announce(given, settings, by_origin, config_dir)
        for origin, until in splits:
            dates = {"clock.origin": origin, **until}
            own = [*settings, *by_origin[origin]]
            try:
                done.append(_one({**given, **dates}, own, config_dir, root, simulator))
            except KeyboardInterrupt:
                again = call_again("backtest", words, root, config_dir)
                raise KeyboardInterrupt(
                    f"{len(done)} of {len(splits)} origins are done; continue with: {again}"
                ) from None
            print(f"{origin} to {until['clock.until']}: {shown(done[-1].directory)}", flush=True)
        print(describe_splits(pooled(done, root, job.config.corridor.coalition)))
        _say_where(root, True, draw)
    return 0


def _say_where(directory: Path, is_scored: bool, draw: Draw | None) -> None:
    """Draw the figures of what was scored, and say where all is."""
    print(f"{'Folder':<29}{shown(directory)}")
    if not is_scored:
        return
    from sim.show.studies.scores import draw_scores

    drawn = (draw or draw_scores)(directory)
    if drawn:
        print(f"{'Figures':<29}{shown(drawn[0].parent)} ({len(drawn)} files)")
