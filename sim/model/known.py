"""The names that settings may use in a theatre: objectives, places and what there is a map of."""

from __future__ import annotations

from pathlib import Path

from sim.config.check import Known


def known(seeds: Path) -> Known:
    """Objectives from their registry, all else from the folder of the theatre."""
    from sim.model.objectives import names
    from sim.theatre.csv_table import read_table
    from sim.theatre.load import hex_sizes
    from sim.theatre.spec import theatre_spec

    places = [row.text("place") for row in read_table(seeds / "places.csv", ("place",))]
    places += [row.text("enclave") for row in read_table(seeds / "enclaves.csv", ("enclave",))]
    spec = theatre_spec(seeds)
    return Known(
        objectives=names(),
        places=places,
        hex_sizes=hex_sizes(seeds),
        countries=sorted(spec.playable),
        communities=spec.community_names,
        first=spec.first,
        last=spec.last,
    )
