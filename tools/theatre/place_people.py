"""District, governorate and community of each place and enclave, whatever the grid.

A border town may lie in a hex that is mostly the neighbour's (Kobani in a Turkish one); what it is
told about its own people must not depend on that. `place_overrides.csv` names the towns that
differ from their district.
"""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from sim.theatre.hexes import project
from tools.theatre.districts import District, communities
from tools.theatre.tables import SEEDS, THEATRE, Row, read, write

COLUMNS = (
    "place",
    "country",
    "governorate",
    "district",
    "community",
    "community_confidence",
    "source",
)


def _home(row: Row, districts: list[District]) -> District:
    """The district of its own country that holds a point, or is nearest to it."""
    point = shapely.Point(project(float(row["lon"]), float(row["lat"])))
    own = [d for d in districts if d.country == row["country"]]
    return min(own, key=lambda d: (d.polygon.distance(point), d.name))


def _rows(districts: list[District]) -> Iterator[dict[str, object]]:
    table = communities()
    special = {r["place"]: r for r in read(THEATRE / "place_overrides.csv")}
    named = [("place", r) for r in read(SEEDS / "places.csv")]
    named += [("enclave", r) for r in read(SEEDS / "enclaves.csv")]
    for key, row in named:
        home = _home(row, districts)
        whole = (home.country, home.governorate, "")
        community, confidence = table.get((*whole[:2], home.name), table[whole])
        source = "communities.csv"
        if row[key] in special:
            own = special[row[key]]
            community, confidence = own["community"], own["confidence"]
            source = "place_overrides.csv"
        values = (
            row[key],
            home.country,
            home.governorate,
            home.name,
            community,
            confidence,
            source,
        )
        yield dict(zip(COLUMNS, values, strict=True))


def write_all(districts: list[District]) -> int:
    """Write `seeds/theatre/place_communities.csv`; the number of rows."""
    return write(THEATRE / "place_communities.csv", COLUMNS, _rows(districts))
