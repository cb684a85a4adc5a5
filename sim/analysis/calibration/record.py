"""What a fit compares: the record of its windows, and what each particle did in the same ones.

Counts are summed over the windows, reports averaged over those that they cover. A particle's value
of what was only reported gets the error of the report, one draw a report, since a report is one
measurement however many windows it covers. A fit until a day uses no report about later months.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.analysis.calibration.fit import features
from sim.analysis.calibration.windows import Window, counts, reported, statistics, windows
from sim.arrays import Floats
from sim.theatre.spec import TheatreSpec


@dataclass(frozen=True)
class Compared:
    """Statistics of N particles and of the record over the same windows."""

    windows: tuple[Window, ...]
    simulated: Floats  # (N, statistics)
    observed: Floats  # (statistics,); nan where nothing was reported
    names: list[str]  # of the statistics
    counts: int  # how many of them are counts; they come first

    def features(self) -> tuple[Floats, Floats]:
        """What a fit looks at, of the particles and of the record.

        What was not reported has no values: zeros for all particles leave it out.
        """
        record = features(self.observed, self.counts)
        return np.where(np.isfinite(record), features(self.simulated, self.counts), 0.0), record


def compare(
    listed: Sequence[Window],
    simulated: Floats,
    observed: Floats,
    until: date,
    seed: int,
    spec: TheatreSpec,
    but: Window | None = None,
) -> Compared:
    """The statistics that the fit until a day looks at.

    Args:
        listed: the windows of the table.
        simulated: (N, windows, statistics) of the particles.
        observed: (windows, statistics) of the record.
        until: the day, whose windows are all among `listed`.
        seed: of the errors of reports, which are the same for every `until`.
        spec: of the theatre.
        but: a window that is left out.
    """
    rows = [listed.index(window) for window in windows(until, spec) if window != but]
    law = np.random.default_rng([seed % (1 << 64), 1])
    reports, names, counted = spec.calibration.reports, statistics(spec), counts(spec)
    errors = law.standard_normal((len(simulated), len(reports)))
    mine, record = simulated[:, rows].sum(axis=1), observed[rows].sum(axis=0)
    for column in range(counted, len(names)):
        values, seen = [], []
        for w in rows:
            report = reported(listed[w], names[column], spec)
            if report is not None and report.end <= until:
                error = errors[:, reports.index(report)] * report.spread
                values.append(simulated[:, w, column] + error)
                seen.append(float(observed[w, column]))
        mine[:, column] = np.mean(values, axis=0) if values else np.nan
        record[column] = np.mean(seen) if seen else np.nan
    return Compared(tuple(listed[w] for w in rows), mine, record, list(names), counted)
