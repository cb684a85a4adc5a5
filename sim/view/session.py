"""The view of some settings: its page, estimates as they come, and runs that are saved."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sim.analysis.run.estimate import estimate
from sim.config import saved
from sim.config.compose import Composer, typed
from sim.ensemble.run import prepare
from sim.ensemble.simulator import Simulator
from sim.paths import shown
from sim.show.base.run_data import Run
from sim.show.page import numbers
from sim.show.page.ground import Drawing
from sim.show.page.render import Case, live
from sim.view.controls import controls, refuse_fixed
from sim.view.live import Ensemble, Ensembles, Gone, Worlds, says
from sim.view.single import MOST, days_of, number_of

DEFAULTS = {"ensemble.worlds": "300", "clock.beyond_days": "0"}  # where they are not given
SAVED = "outputs"


class Session:
    """A view of the scenarios that some overrides lead to."""

    def __init__(
        self,
        overrides: Sequence[str],
        config_dir: Path | None = None,
        simulator: Simulator | None = None,
    ) -> None:
        """Compose the settings at the start; raises LandbridgeError for what cannot be run."""
        given = [one.partition("=")[0] for one in overrides]
        self.fixed = [f"{k}={v}" for k, v in DEFAULTS.items() if k not in given] + [*overrides]
        self._composer, self._simulator = Composer(config_dir), simulator
        settings = self._composer.compose(self.fixed)
        self.worlds = int(typed(settings).ensemble.worlds)
        self._ensembles = Ensembles(self.fixed, self._composer, simulator)
        self._saving = threading.Lock()
        run = Run.unrun(saved.plain(settings))
        self._run = run
        case = Case(numbers.about(run), Drawing(run, run.factions), ())
        self.page = live(case, controls(settings, config_dir), self.fixed, MOST)

    def estimates(
        self, settings: Sequence[str], base: Sequence[str], gone: Gone
    ) -> Iterator[dict[str, Any]]:
        """What is known so far, as worlds come; the baseline grows with them, for pairs."""
        refuse_fixed([*settings, *base])
        own, other = self._ensembles.ensemble(settings), self._ensembles.ensemble(base)
        if own.done:
            yield self._says(own, other)
        for done in self._ensembles.grow(own, self.worlds, gone):
            for _ in self._ensembles.grow(other, done, gone):
                pass
            yield self._says(own, other)

    def world(
        self, settings: Sequence[str], number: Sequence[str], gone: Gone
    ) -> Iterator[dict[str, Any]]:
        """One of these worlds, day by day, as it is stepped."""
        refuse_fixed(settings)
        chosen = number_of(number)
        ensemble = self._ensembles.ensemble(settings)
        for days in days_of(ensemble.setup, self._run, chosen, ensemble.per_draw):
            if gone():
                return
            yield days

    def warm(self) -> None:
        """Run the first worlds, in a thread, before anyone asks."""
        first = self.estimates([], [], lambda: False)
        threading.Thread(target=next, args=(first, None), daemon=True).start()

    def save(self, settings: Sequence[str]) -> str:
        """Run them again as `landbridge run` does, into a folder named by the time."""
        refuse_fixed(settings)
        overrides = [*self.fixed, *settings]
        with self._saving:
            at = Path(SAVED).resolve() / f"{datetime.now():%Y-%m-%d/%H-%M-%S}"
            prepared = prepare(self._composer.compose(overrides), self._simulator)
            return shown(estimate(prepared, at, overrides).directory)

    def close(self) -> None:
        """End the threads."""
        self._ensembles.close()

    def _says(self, own: Ensemble, other: Ensemble) -> dict[str, Any]:
        worlds = cast(Worlds, own.worlds)  # asked once there are some
        base = None if other is own else other.worlds
        found = {
            **says(own, worlds, base),
            "asked": self.worlds,
            "until": str(own.origin + timedelta(own.days)),
            "days": own.days,
            "map": _map(own, worlds),
        }
        if base is not None:
            found["base_map"] = _map(other, base)
        return found


def _map(one: Ensemble, worlds: Worlds) -> dict[str, Any]:
    """What the script draws from, beside what does not change."""
    days = [str(one.origin + timedelta(day)) for day in one.setup.record_days]
    return {
        "counts": worlds.packed,
        "dates": len(days),
        "days": days,
        "total": worlds.done,
        "draws": -(-worlds.done // one.per_draw),
    }
