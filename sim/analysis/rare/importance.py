"""What makes a particle promising, learned from pilot repetitions.

The importance of a particle is exp(coefficients x features), with coefficients of their own at
every time. They are fitted so that a particle's share of the importance is its descendants' share
of the event, which is the cross-entropy method (Rubinstein 1999; de Boer, Kroese, Mannor and
Rubinstein 2005, doi:10.1007/s10479-005-5724-z) and the iterated learning of twisted particle
filters (Guarniero, Johansen and Lee 2017, doi:10.1080/01621459.2016.1222291) with log-linear
twists. Fits go from the last time to the first, each drawn towards the one after it, more so the
fewer particles the event descends from. Pilots only make the importance: they are no part of the
estimate, which is therefore unbiased however badly they went.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from sim.analysis.rare.splitting import Repetition, System, repetition
from sim.arrays import Floats
from sim.ensemble.execute.threads import stream

SPREAD = 0.25  # by how much coefficients may differ from time to time, per standard deviation
LAG = 4  # times after which the descendants of one particle count as several observations
CLEAR = 2.5  # standard errors by which a candidate's feature must matter to be used
MOST = 10  # features of candidates that are used
STEEPER = 2.0  # factor on a importance under which the event was never reached
PILOT = 1_000_000  # repetitions from this number on are pilots


@dataclass(frozen=True)
class Guide:
    """Coefficients (d,) by time."""

    coefficients: tuple[Floats, ...]

    def __call__(self, time: int, features: Floats) -> Floats:
        """The log importance (n,) of particles with `features` (n, d)."""
        values: Floats = features @ self.coefficients[time]
        return values


@dataclass(frozen=True)
class Learned:
    """A guide, and what it took."""

    guide: Guide
    steps: int  # particles stepped
    reached: bool  # whether a pilot reached the event


def learn(
    system: System,
    first: Guide,
    particles: int,
    rounds: int,
    pilots: int = 1,
    seed: int = 0,
    threads: int = 1,
    seen: Callable[[], None] = lambda: None,
) -> Learned:
    """Improve a guide by rounds of pilots, each under what the round before has taught.

    `seen` is called after each of them.
    """
    guide, steps, reached = first, 0, False
    for number in range(rounds):
        repeats = range(PILOT + number * pilots, PILOT + (number + 1) * pilots)
        run = partial(_numbered, system, guide, particles, seed)
        features_at = {}
        for repeat, pilot in stream(run, repeats, threads):
            features_at[repeat] = pilot
            seen()
        done = [features_at[repeat] for repeat in repeats]
        steps += sum(pilot.steps for pilot in done)
        if any(pilot.estimate > 0.0 for pilot in done):
            reached = True
            guide = fit(done, guide)
        else:
            guide = Guide(tuple(STEEPER * coefficient for coefficient in guide.coefficients))
    return Learned(guide, steps, reached)


def _numbered(
    system: System, guide: Guide, particles: int, seed: int, repeat: int
) -> tuple[int, Repetition]:
    return repeat, repetition(system, guide, particles, repeat, seed, keep=True)


def fit(pilots: Sequence[Repetition], before: Guide) -> Guide:
    """The guide that pilots teach; times that the event was not reached from keep theirs."""
    times = len(before.coefficients)
    data = [_observed(pilots, time) for time in range(times)]
    later = [x for x, _ in data[1:] if len(x)]
    scale = np.sqrt(np.mean([x.var(axis=0) for x in later], axis=0)) if later else np.zeros(0)
    coefficients = list(before.coefficients)
    after: Floats | None = None
    for time in range(times - 1, -1, -1):
        x, y = data[time]
        if y.sum() <= 0.0:
            continue
        if time == 0:
            number = _effective(y)
            coefficients[0] = _tilt(
                x, y / y.sum(), number, coefficients[0], x.std(axis=0), screened=True
            )
            continue
        number = min(_effective(y), _effective(data[max(time - LAG, 0)][1]))
        towards = coefficients[time] if after is None else after
        after = coefficients[time] = _tilt(x, y / y.sum(), number, towards, scale)
    return Guide(tuple(coefficients))


def _observed(pilots: Sequence[Repetition], time: int) -> tuple[Floats, Floats]:
    """Features (n, d) of the particles of all pilots, and the chance seen from each (n,)."""
    features, per_draw = [np.zeros((0, 1))], [np.zeros(0)]
    for pilot in pilots:
        if time < len(pilot.stages) and len(pilot.stages[time].parents):
            stage, part = pilot.stages[time], pilot.contributions()[time]
            chosen = (stage.weight > 0.0) & ~stage.certain
            features.append(stage.features[chosen])
            per_draw.append(part[chosen] / stage.weight[chosen])
    return np.vstack(features[1:] or features), np.concatenate(per_draw)


def _effective(share: Floats) -> float:
    """Kish's effective number of particles that the event descends from; 0 if it does from none."""
    return float(share.sum() ** 2 / np.maximum((share**2).sum(), 1e-300))


def _tilt(
    x: Floats,
    share: Floats,
    number: float,
    towards: Floats,
    scale: Floats,
    screened: bool = False,
) -> Floats:
    """Coefficients (d,) under which exp(x b), as shares of its sum, is nearest to `share`.

    Penalised cross-entropy; `share` counts for `number` observations, and `scale` (d,) says how
    far features spread. Where `screened`, features that do not matter
    clearly keep the coefficient they have.
    """
    used = scale > 1e-9
    z = (x - x.mean(axis=0)) / np.where(used, scale, np.inf)
    if screened:
        matter = np.abs(share @ z) * np.sqrt(number)
        used &= (matter > CLEAR) & (matter >= np.sort(matter)[-min(MOST, len(matter))])
    z, scale = z[:, used], scale[used]
    aim, moment = towards[used] * scale, share @ z

    def loss(b: Floats) -> tuple[float, Floats]:
        log = z @ b
        total = float(logsumexp(log))
        gap = (b - aim) / SPREAD**2
        value = number * (total - float(moment @ b)) + 0.5 * float(gap @ (b - aim))
        return value, number * (np.exp(log - total) @ z - moment) + gap

    tilted = towards.copy()
    if used.any():
        tilted[used] = minimize(loss, aim, jac=True, method="L-BFGS-B").x / scale
    return tilted
