"""A digest of a short run, printed by a process of its own: with and without compilation.

Also counts what numba compiles in a second scenario after a first one.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from sim.config.schema import AirPower, Alarm, AllySupport, RedLine
from sim.model.model import WorldBatch
from sim.model.outcomes import Outcomes, outcomes
from sim.model.setup import Setup
from tests.support import real
from tests.support import small_map as small
from tests.support.play import worlds
from tests.support.small_map import Place, fixed, side

FORTNIGHT, WEEKS = "2017-06-18", "2017-07-02"


def war() -> Setup:
    """A small war in which everything happens: fights, strikes, alarm, help, hunger, lapses."""
    wants = {"corridor": 3.0, "territory": 1.0, "population": 1.0, "avoid_losses": 1.0,
             "avoid_escalation": 1.0, "homeland": 1.0, "border": 1.0, "support_ally": 1.0,
             "deny_corridor": 0.5, "defeat": 1.0, "guard_bases": 1.0,
             "community_contiguity": 1.0}  # fmt: skip
    common: dict[str, Any] = {"objectives": wants, "planning_days": 2.0, "home": ["SY", "IQ"],
                              "enemy": "isis",
                              "communities": {"sunni_arab": 0.9},
                              "intake_per_month": fixed(100.0)}  # fmt: skip
    watch = Alarm(sensitivity=0.05, guards=["base"], watches=["regime"], reinforcement=100)
    sides = {
        "regime": side({"isis": "hostile", "us": "hostile", "militia": "ally"},
                       depots=["seat"], airlift=0.5, **common),
        "militia": side({"isis": "hostile", "us": "avoid", "regime": "ally"}, depots=["town"],
                        ally_support=AllySupport("regime", 900.0, ["IQ", "SY"], 0.1), **common),
        "isis": side({"regime": "hostile", "us": "hostile", "militia": "hostile"},
                     depots=["city"], **common),
        "us": side({"regime": "hostile", "isis": "hostile"}, depots=["base"], alarm=watch,
                   red_line=RedLine("base", 60.0, 0.5, 0.2, ["regime", "militia"]), **common),
    }  # fmt: skip
    places = {"seat": Place(0, 0, "regime", "city", 200_000), "base": Place(2, 1, "us", "base"),
              "city": Place(3, 2, "isis", "city", 60_000), "cut": Place(3, 1, "regime", "base"),
              "town": Place(5, 0, "militia", "town", 9000)}  # fmt: skip
    roads = [("seat", "base", "paved"), ("base", "town", "motorway"), ("town", "city", "track")]
    forces = [("regime", "seat", 5000), ("militia", "h0_4", 3000), ("isis", "city", 1500),
              ("us", "base", 800), ("regime", "cut", 400), ("isis", "h1_3", 300)]  # fmt: skip
    drawing = "Srs Sis Sis Iis Iis Iis\nSr S- Su Iis I-s Ims\nSr S- S- S- Ims Im"
    return small.toy(
        drawing, sides, places, roads, forces, hex_people=8000, days=28,
        air={"sky": AirPower(fixed(50.0), {"us": 1.0, "regime": 0.5}, ["us"])},
        source="town", sink="seat", coalition=["regime", "militia"],
    )  # fmt: skip


def _update(digest: Any, value: Any) -> None:
    if isinstance(value, dict):
        for key in sorted(value):
            digest.update(key.encode())
            _update(digest, value[key])
    elif isinstance(value, np.ndarray) and value.dtype.names:
        for name in value.dtype.names:
            digest.update(np.ascontiguousarray(value[name]).tobytes())
    elif isinstance(value, np.ndarray) and value.dtype == object:
        digest.update(repr(value.tolist()).encode())
    else:
        digest.update(np.ascontiguousarray(value).tobytes())


def digest_of(model: WorldBatch, found: Outcomes) -> str:
    """Of every outcome and of the whole state but the scratch."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (found.worlds, found.cells, found.curves):
        _update(digest, part)
    for name in model.state._fields:
        if name != "scratch":
            _update(digest, getattr(model.state, name))
    return digest.hexdigest()


def short_runs() -> Iterator[tuple[str, WorldBatch]]:
    """By name, worlds at their horizon: the small war and ten days of the theatre."""
    toy = worlds(war(), 6)
    toy.run()
    yield "toy", toy
    theatre = WorldBatch(
        replace(real.setup(FORTNIGHT), days=10, record_days=(0, 10)), [0, 1], [0, 1]
    )
    theatre.run()
    yield "theatre", theatre


def digests() -> dict[str, str]:
    """Of the short runs."""
    return {name: digest_of(model, outcomes(model)) for name, model in short_runs()}


def compiled() -> dict[str, Any]:
    """Kernels by their number of signatures, and what a second scenario adds."""
    run(worlds(war(), 6))
    run(WorldBatch(real.setup(FORTNIGHT), [0, 1], [0, 0]))
    before = signatures()
    run(
        WorldBatch(
            real.setup(
                WEEKS,
                "clock.tick_days=3.5",
                "faction.tanf.red_line.probability=1",
                "corridor.transit=[]",
                "uncertainty=central",
            ),
            [7] * 5,
            range(5),
        )
    )
    after, spent = signatures(), time.process_time()
    return {"before": before, "after": after, "parts": parts(), "seconds": spent}


def run(model: WorldBatch) -> None:
    """To the horizon and read."""
    model.run()
    outcomes(model)


def parts() -> dict[str, int]:
    """Forms of every kernel that others call, as far as this process has compiled them."""
    return {name: len(kernel.part.signatures) for name, kernel in kernels().items()}


def signatures() -> dict[str, int]:
    """Number of compiled forms of every kernel of the package in this process."""
    return {name: len(kernel.signatures) for name, kernel in kernels().items()}


def kernels() -> dict[str, Any]:
    """Every kernel of the package that has been imported."""
    found = {}
    for module in [m for name, m in sys.modules.items() if name.startswith("sim.")]:
        for name, value in vars(module).items():
            if hasattr(value, "signatures") and value.__module__ == module.__name__:
                found[f"{module.__name__}.{name}"] = value
    return found


if __name__ == "__main__":
    print(json.dumps({"digests": digests, "compiled": compiled}[sys.argv[1]]()))
