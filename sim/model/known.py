"""The names that settings may use: objectives, places and what there is a map of."""

from __future__ import annotations

from pathlib import Path

from sim.config.check import Known

THEATRES = ("iraq_syria_jordan",)  # of which the seeds have a map


def known(seeds: Path) -> Known:
    """Objectives from their registry, places and hex sizes from the seeds."""
    from sim.model.objectives import names
    from sim.theatre.csv_table import read_table
    from sim.theatre.theatre import COMMUNITIES, PLAYABLE

    places = [row.text("place") for row in read_table(seeds / "places.csv", ("place",))]
    places += [row.text("enclave") for row in read_table(seeds / "enclaves.csv", ("enclave",))]
    built = (seeds / "theatre").glob("hexes_*km.csv")
    return Known(
        objectives=names(),
        places=places,
        hex_sizes=[float(file.name[6:-6]) for file in built],
        countries=sorted(PLAYABLE),
        communities=COMMUNITIES,
        theatres=THEATRES,
    )
