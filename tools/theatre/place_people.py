"""District, governorate and community of each place and enclave, whatever the grid.

A border town may lie in a hex that is mostly the neighbour's (Kobani in a Turkish one); what it is
told about its own people must not depend on that. `place_overrides.csv` names the towns that
differ from their district.
"""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from tools.theatre.districts import District, communities, community
from tools.theatre.tables import Folder, Row

COLUMNS = (
    "place",
    "country",
    "governorate",
    "district",
    "community",
    "community_confidence",
    "source",
)


def home(folder: Folder, row: Row, districts: list[District]) -> District:
    """The district of its own country that holds a point, or is nearest to it."""
    point = shapely.Point(folder.spec.plane.project(float(row["lon"]), float(row["lat"])))
    own = [d for d in districts if d.country == row["country"]]
    return min(own, key=lambda d: (d.polygon.distance(point), d.name))


def _rows(folder: Folder, districts: list[District]) -> Iterator[dict[str, object]]:
    table = communities(folder)
    special = {r["place"]: r for r in folder.optional("ground/place_overrides.csv")}
    named = [("place", r) for r in folder.rows("places.csv")]
    named += [("enclave", r) for r in folder.rows("enclaves.csv")]
    for key, row in named:
        where = home(folder, row, districts)
        people, confidence = community(table, where)
        source = "communities.csv"
        if row[key] in special:
            own = special[row[key]]
            people, confidence = own["community"], own["confidence"]
            source = "place_overrides.csv"
        values = (
            row[key],
            where.country,
            where.governorate,
            where.name,
            people,
            confidence,
            source,
        )
        yield dict(zip(COLUMNS, values, strict=True))


def write_all(folder: Folder, districts: list[District]) -> int:
    """Write `ground/place_communities.csv`; the number of rows."""
    return folder.write("place_communities.csv", COLUMNS, _rows(folder, districts))
