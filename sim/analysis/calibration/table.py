"""The reference table: pooled inputs from their prior, and what each does in every window.

One table serves every fit: the fit until a date uses the windows that were over by then. Particle
p has row p of a scrambled Sobol sequence, so more particles later leave the first as they were;
its world in each window has its own random numbers and its own values of the other inputs.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import qmc

from sim import disk
from sim.analysis.calibration.windows import Places, Window, count, counts, statistics
from sim.arrays import Floats
from sim.config.schema import Config, Uncertainty
from sim.ensemble.execute.threads import stream
from sim.model.inputs import Joint, triangular
from sim.theatre.spec import theatre_spec

FITTED = (
    "tempo",
    "initiative",
    "attrition",
    "recruitment",
    "rationality",
    "alarm",
    "contest_power",
)
BLOCK = 64  # particles that are stepped together


def quantiles(particles: int, seed: int) -> Floats:
    """(particles, FITTED) points in the unit cube; the first n are the same for any number."""
    size = 1 << max(particles - 1, 0).bit_length()
    law = qmc.Sobol(len(FITTED), seed=seed % (1 << 64))  # a seed below 0 is none there
    points: Floats = law.random(size)[:particles]
    return points


def at_quantiles(points: Floats, config: Config) -> Floats:
    """The values of the pooled inputs at quantiles (n, FITTED) of their prior."""
    ranges = [getattr(config.rules, name) for name in FITTED]
    return np.array(
        [
            [triangular(float(u), r.low, r.central, r.high) for u, r in zip(p, ranges, strict=True)]
            for p in points
        ]
    )


@dataclass(frozen=True)
class Table:
    """Statistics (particles, windows, statistics) of the particles at `points`."""

    points: Floats
    windows: tuple[Window, ...]
    statistics: Floats


def simulate_table(
    config: Config,
    seeds: Path,
    windows: Sequence[Window],
    particles: int,
    folder: Path,
    key: str,
    watch: Callable[[int, int], None] | None = None,
) -> Table:
    """The table of so many particles; what `folder` holds of it already is not run again.

    `key` stands for what it is made from: pieces that are damaged or have another do not count.
    """
    points = quantiles(particles, config.ensemble.seed)
    values = at_quantiles(points, config)
    pieces = [(w, at) for at in range(0, particles, BLOCK) for w in range(len(windows))]
    runners: dict[int, Runner] = {}

    def simulate_piece(piece: tuple[int, int]) -> None:
        w, at = piece
        file = _file(folder, windows[w], at)
        if w not in runners:
            runners[w] = Runner(
                config, seeds, windows[w], Joint(fitted_keys(), values, len(windows))
            )
        rows = range(at, min(at + BLOCK, particles))
        simulated = runners[w].statistics([p * len(windows) + w for p in rows])
        raw = io.BytesIO()
        np.save(raw, simulated)
        disk.write(file, disk.sealed(raw.getvalue(), key))

    held = {piece: _held(_file(folder, windows[piece[0]], piece[1]), key) for piece in pieces}
    missing = [(w, at) for (w, at), n in held.items() if n < min(BLOCK, particles - at)]
    done = len(pieces) - len(missing)
    with closing(stream(simulate_piece, missing, config.executor.threads)) as results:
        for _ in results:
            done += 1
            if watch is not None:
                watch(done, len(pieces))
    table = np.empty((particles, len(windows), len(statistics(theatre_spec(seeds)))))
    for w, at in pieces:
        simulated = _read(_file(folder, windows[w], at))[0]
        table[at : at + BLOCK, w] = simulated[: particles - at]
    return Table(points, tuple(windows), table)


def kept_table(folder: Path, windows: Sequence[Window], particles: int, seed: int) -> Table:
    """The table that `simulate_table` left in a folder; raises OSError where there is none."""
    parts = range(0, particles, BLOCK)
    pieces = [[_read(_file(folder, w, at))[0] for at in parts] for w in windows]
    values = np.stack([np.concatenate(piece)[:particles] for piece in pieces], axis=1)
    return Table(quantiles(particles, seed), tuple(windows), values)


def fitted_keys() -> tuple[str, ...]:
    """Names of the pooled inputs, as `sim.model.inputs.sample` knows them."""
    return tuple(f"rules.{name}" for name in FITTED)


def _file(folder: Path, window: Window, at: int) -> Path:
    return folder / f"{window.start}_{window.end}_{at:06d}.npy"


def _read(file: Path) -> tuple[Floats, str]:
    """A piece and what it is sealed with; raises OSError or ValueError if it is not whole."""
    content, key = disk.unsealed(file)
    values: Floats = np.load(io.BytesIO(content))
    return values, key


def _held(file: Path, key: str) -> int:
    """Number of particles in a piece; 0 if there is none, or one that does not count."""
    try:
        values, known = _read(file)
    except (OSError, ValueError):
        return 0
    return len(values) if known == key else 0


def other_keys(folder: Path, key: str) -> bool:
    """Whether a table has whole pieces that are made from something else."""
    keys = [disk.seal_of(file) for file in folder.glob("*.npy")]
    return any(key_of not in ("", key) for key_of in keys)


class Runner:
    """Steps particles through one window."""

    def __init__(self, config: Config, seeds: Path, window: Window, joint: Joint) -> None:
        from sim.model.simulate import prepare  # Mesa and numba take a second to import

        clock = replace(
            config.clock, origin=window.start.isoformat(), until=window.end.isoformat(),
            tick_days=7.0,
        )  # fmt: skip
        config = replace(config, clock=clock, uncertainty=Uncertainty.prior)
        self.setup = prepare(config, seeds)
        self.setup.start.joints = [joint]
        self.window = window
        self.places = Places.of(self.setup.theatre, self.setup.factions, seeds)

    def chances(self, worlds: int, seeds: Path) -> Floats:
        """(P,) chance that each place is with whom the record says at the end of the window.

        Over `worlds` worlds, each with a row of the joint sample; half a world is spread evenly
        over the factions, so that no chance is 0.
        """
        from sim.model.model import WorldBatch

        truth = self.places.recorded(self.window.end, seeds)
        right = np.zeros(len(truth))
        for at in range(0, worlds, BLOCK):
            draws = list(range(at, min(at + BLOCK, worlds)))
            model = WorldBatch(self.setup, draws, [0] * len(draws))
            model.run()
            right += (model.state.holder[:, self.places.units] == truth).sum(axis=0)
            model.close()
        probability: Floats = (right + 0.5 / len(self.places.factions)) / (worlds + 0.5)
        return probability

    def statistics(self, draws: Sequence[int]) -> Floats:
        """(draws, statistics) of one world for each draw."""
        from sim.model.model import WorldBatch

        model = WorldBatch(self.setup, draws, [0] * len(draws))
        spec = self.places.spec
        enemy = self.setup.factions.index(spec.calibration.enemy)
        start = _fighters(model, enemy)
        first = model.state.holder[:, self.places.units].astype(np.int16)
        model.run()
        last = model.state.holder[:, self.places.units].astype(np.int16)
        values = np.empty((len(draws), len(statistics(spec))))
        counted = counts(spec)
        values[:, :counted] = count(first, last, self.places)
        lost = model.state.side.lost[:, enemy] / self.setup.days * 30.0
        values[:, counted] = np.log(np.maximum(lost, 1.0))
        # a window shorter or longer than a quarter counts as a quarter at the same rate
        values[:, counted + 1] = np.log(
            np.maximum(_fighters(model, enemy), 1.0) / np.maximum(start, 1.0)
        ) * (91.0 / self.setup.days)
        del model.state
        return values


def _fighters(model: Any, f: int) -> Floats:
    state = model.state
    armies = state.campaign.army[:, f].sum(axis=1)
    standing = state.force[:, f].sum(axis=1, dtype=np.int64)
    total: Floats = (standing + armies + state.side.reserve[:, f]).astype(float)
    return total
