"""What the columns of a theatre's tables mean; columns that nothing here names are not read."""

from __future__ import annotations

from fnmatch import fnmatchcase

_PLACE = {
    "name": "for people",
    "lat": "degrees north",
    "lon": "degrees east",
    "country": "code of a country of theatre.yaml",
}
_OPERATION = {
    "operation": "name of a past operation",
    "faction": "who attacked",
    "opponent": "who defended",
    "start": "first day",
    "end": "last day",
    "from_place": "where it began: a place, or `other:NAME`",
    "to_place": "where it ended",
    "km": "distance between them, km",
    "weeks": "length in weeks",
    "km_per_week": "speed",
    "losses_attacker": "losses of the attacker, in words",
    "losses_defender": "losses of the defender, in words",
}
_SPAN = {"low": "least", "central": "likeliest", "high": "most"}
_ANYWHERE = {
    "source": "where the row is from; `inferred` where from judgement",
    "note": "remark",
    "confidence": "high, medium or low",
    "community_confidence": "of the community: high, medium or low",
}
_PEOPLE = {
    "governorate": "first-level district",
    "district": "second-level district; empty: all of the first",
    "community": "community of theatre.yaml that most people belong to",
}

# What a table is, and its columns. `*` stands for what theatres call differently.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "places.csv": (
        "points that can be held",
        {"place": "id", **_PLACE, "kind": "city, town, base, border or junction"},
    ),
    "junctions.csv": (
        "points of roads that cannot be held: they stand for the hex that they are in",
        {"junction": "id", **_PLACE},
    ),
    "enclaves.csv": (
        "what a faction holds near a place and no row of places.csv stands for",
        {
            "enclave": "id",
            **_PLACE,
            "kind": "pocket (shut in, holds no country) or area (does)",
            "faction": "who holds it, unless control.csv says",
            "of_place": "the place that it is near",
            "population": "people",
        },
    ),
    "populations.csv": (
        "people of places",
        {
            "place": "id",
            "population": "people",
            "year": "of the count",
            "low": "least, not read",
            "high": "most, not read",
        },
    ),
    "roads.csv": (
        "legs of road between two points",
        {
            "leg": "id",
            "from": "place or junction",
            "to": "place or junction",
            "class": "track, paved or motorway",
            "km": "length, km, rounded to whole ones",
            "note": "remark; `via A B; ...` names the points that it passes, in order",
            "surface": "stretch that may be paved or not (`corridor.surfaces`); empty: no doubt",
        },
    ),
    "routes*.csv": (
        "routes from source to sink; of a variant the route is what stands before the first `_`",
        {"route": "name", "order": "number of the place along it", "place": "id"},
    ),
    "control.csv": (
        "who held each place from a day on; the first row of a place is for `first`",
        {"place": "id of a place or enclave", "date": "from this day", "controller": "faction"},
    ),
    "dispositions.csv": (
        "fighters where they stood on some days",
        {"as_of": "day", "faction": "whose", "place": "where", **_SPAN},
    ),
    "strengths.csv": (
        "fighters usable in the theatre; the factions that there are",
        {"faction": "id", **_SPAN, "as_of": "month"},
    ),
    "commitments.csv": (
        "factor on the strength of a faction, or the capacity of an air power, that is free",
        {"who": "faction or air power", "date": "from this day", **_SPAN},
    ),
    "support.csv": (
        "outside support, recruitment and losses as reported; the model reads `strength_reports`",
        {
            "faction": "who",
            "item": "what is told",
            **_SPAN,
            "unit": "of the numbers",
            "as_of": "month or months",
        },
    ),
    "tempo.csv": (
        "past operations: ranges of rates come from them, runs do not read it",
        _OPERATION,
    ),
    "incidents.csv": (
        "events that tell of deterrence and alarm: judgement rests on them, runs do not read it",
        {
            "date": "day",
            "kind": "of event",
            "actor": "who did it",
            "target": "to whom",
            "place": "where",
        },
    ),
    "communities.csv": (
        "main community of districts: the hexes were made from it",
        {"country": "code", **_PEOPLE},
    ),
    "ground/hexes_*km.csv": (
        "a row for each hex, by row from the south and column from the west",
        {
            "col": "column, from 0",
            "row": "row, from 0",
            "lon": "of the centre, degrees east",
            "lat": "of the centre, degrees north",
            "country": "code that most of it belongs to",
            "terrain": "desert, steppe, farmland, marsh_lake, hills or mountain",
            "elevation_m": "height, metres",
            "relief_m": "difference of heights, metres",
            "river": "river of theatre.yaml in it, or none",
            "road": "none, track, paved or motorway; legs of roads.csv are added",
            "population": "people outside its places",
            **_PEOPLE,
            "nearest_place": "place that it is called after",
        },
    ),
    "ground/outlines.csv": (
        "borders and rivers as lines; runs read rivers that sides stay behind",
        {
            "kind": "border or river",
            "name": "of the line",
            "part": "number of an unbroken part",
            "lon": "degrees east of a point",
            "lat": "degrees north of it",
        },
    ),
    "ground/place_communities.csv": (
        "people of each place",
        {"place": "id", "country": "code", **_PEOPLE},
    ),
    "ground/place_overrides.csv": (
        "places whose people are others than those around: the table above was made with it",
        {"place": "id", "community": "of its people"},
    ),
    "ground/names.csv": (
        "how the geodata call what is here called differently: the hexes were made with it",
        {"kind": "of thing", "geodata": "its name there", "name": "its name here"},
    ),
    "ground/people.csv": (
        "people of districts: the hexes were made with it",
        {"country": "code", **_PEOPLE, "population": "people", "year": "of the count"},
    ),
    "ground/plains.csv": (
        "plains along rivers that are irrigated: the hexes were made with it",
        {"river": "name", "within_km": "km from it", "below_m": "metres above the sea"},
    ),
    "ground/rainfall.csv": (
        "rain at stations: terrain was made with it",
        {
            "station": "name",
            "lon": "degrees east",
            "lat": "degrees north",
            "mm_per_year": "mean rainfall",
        },
    ),
    "ground/sources.csv": (
        "every file of geodata that the map was made from",
        {
            "source": "name",
            "package": "that carries the file",
            "version": "of the package",
            "file": "its name",
            "sha256": "its hash",
            "used_for": "what it is for",
            "origin": "who made it",
            "licence": "of the data",
            "attribution": "as the licence asks",
        },
    ),
    "posterior/*/*.csv": (
        "for each variant of the rules and last day known, a sample of inputs fitted to the past",
        {
            "tempo": "factor on rates of advance",
            "initiative": "factor on plans",
            "attrition": "factor on losses",
            "recruitment": "factor on intake",
            "rationality": "factor on rationality",
            "alarm": "factor on sensitivity",
            "contest_power": "exponent of the contest",
        },
    ),
}


def table_of(file: str) -> str | None:
    """The entry of TABLES for a file, by its path in the folder of a theatre; None for none."""
    return next((name for name in TABLES if fnmatchcase(file, name)), None)


def meaning(table: str, column: str) -> str:
    """What a column of an entry of TABLES means."""
    return TABLES[table][1].get(column) or _ANYWHERE.get(column, "not read")
