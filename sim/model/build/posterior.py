"""The inputs that were fitted to the past: which sample a run draws from.

`posterior/VARIANT/DATE.csv` of a theatre is a sample of what the history up to DATE says of the
pooled inputs under a variant of the rules, a row a joint value (`landbridge calibrate`). A run
takes the last that was fitted by its origin, so that no forecast knows what came after it; before
the first, the prior stands.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from sim.config.schema import Config
from sim.errors import LandbridgeError, bad_value
from sim.model.inputs import RULES, Joint
from sim.model.variants import variants
from sim.paths import theatre_folder
from sim.theatre.csv_table import read_table
from sim.theatre.spec import theatre_spec

FOLDER = "posterior"


def load_posteriors(config: Config, seeds: Path) -> list[Joint | None]:
    """The sample of each variant of the rules that is in use, in their order.

    A theatre that takes its fitted inputs from another has that one's, as its spec says.

    Raises:
        LandbridgeError: no such sample, one that knows more than the origin's day, or a broken one.
    """
    lent = theatre_spec(seeds).posterior
    if lent is not None and config.posterior == "auto":
        folder = theatre_folder(lent.theatre) / FOLDER
        return [read_posterior(folder / n / f"{lent.until}.csv") for n in variants(config).names]
    return [load_posterior(config, seeds / FOLDER / name) for name in variants(config).names]


def load_posterior(config: Config, folder: Path) -> Joint | None:
    """The sample in a folder that `posterior` names; None where `auto` finds none by the origin.

    Raises:
        LandbridgeError: no such sample, one that knows more than the origin's day, or a broken one.
    """
    origin = date.fromisoformat(config.clock.origin)
    known = sorted(file.stem for file in folder.glob("*.csv"))
    if config.posterior == "auto":
        before = [name for name in known if date.fromisoformat(name) <= origin]
        return read_posterior(folder / f"{before[-1]}.csv") if before else None
    if config.posterior not in known:
        raise bad_value("posterior", config.posterior, "no such sample", ["auto", *known])
    if date.fromisoformat(config.posterior) > origin:
        raise LandbridgeError(
            f"posterior={config.posterior}: fitted to what came after clock.origin={origin}; "
            "take one that ends by then, auto, or uncertainty=prior"
        )
    return read_posterior(folder / f"{config.posterior}.csv")


def read_posterior(file: Path) -> Joint:
    """A sample, its columns named as in `rules`; read once while the file stays the same.

    Raises:
        LandbridgeError: no rows, a column that is no input of `rules`, or a cell that is no number.
    """
    held = file.stat() if file.is_file() else None
    return _read(file, held and (held.st_mtime_ns, held.st_size))


@lru_cache(32)
def _read(file: Path, _held: tuple[int, int] | None) -> Joint:
    rows = read_table(file, ())
    if not rows:
        raise bad_value("posterior", file.stem, "holds no rows")
    names = tuple(rows[0].cells)
    for name in names:
        if name not in RULES:
            raise bad_value(f"{file.name} column", name, "no input of rules", RULES)
    values = np.array([[row.number(name, 0.0) for name in names] for row in rows])
    values.flags.writeable = False  # many setups share them
    return Joint(tuple(f"rules.{name}" for name in names), values)
