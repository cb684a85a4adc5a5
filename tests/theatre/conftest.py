"""A small made-up world for the rules, and the project's own seeds for what they must give."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from sim.theatre.hexes import HexLayout
from sim.theatre.load import load_theatre
from sim.theatre.spec import theatre_spec
from sim.theatre.theatre import Theatre
from tests.support.folders import SEEDS

REAL = SEEDS
SPEC = theatre_spec(REAL)

PLACES = """place,name,lat,lon,country,kind
capital,Capital,34.0,36.6,SY,city
oasis,Oasis,34.55,38.3,SY,town
river_city,River City,35.34,40.14,SY,city
river_base,River Base,35.30,40.18,SY,base
upstream,Upstream,35.0,40.45,SY,town
outpost,Outpost,33.55,38.6,SY,base
north,North,36.4,38.9,SY,town
dam,Dam,35.9,38.5,SY,town
target,Target,36.0,39.0,SY,city
metropolis,Metropolis,36.33,43.12,IQ,city
hill,Hill,36.45,43.33,IQ,town
pass,Pass,36.5,42.7,IQ,junction
seat,Seat,33.34,44.4,IQ,city
middle,Middle,33.42,43.3,IQ,city
valley,Valley,34.37,41.3,IQ,town
edge,Edge,33.0,40.0,IQ,border
realm,Realm,32.3,36.3,JO,town
"""
CONTROL = """place,date,controller
capital,2015-01-01,regime
oasis,2015-01-01,regime
oasis,2015-05-20,isis
oasis,2017-03-02,regime
river_city,2015-01-01,isis
river_base,2015-01-01,regime
upstream,2015-01-01,isis
outpost,2015-01-01,regime
outpost,2016-03-04,tanf
north,2015-01-01,sdf
dam,2015-01-01,isis
dam,2017-05-10,sdf
target,2015-01-01,isis
metropolis,2015-01-01,isis
hill,2015-01-01,isis
hill,2016-11-07,peshmerga
pass,2015-01-01,peshmerga
seat,2015-01-01,isf
middle,2015-01-01,isf
valley,2015-01-01,isis
edge,2015-01-01,isf
realm,2015-01-01,jordan
"""
DISPOSITIONS = """as_of,faction,place,low,central,high
2016-10-16,regime,capital,10000,25000,50000
2016-10-16,rebels,capital,5000,12000,18000
2016-10-16,regime,river_base,3000,4000,7000
2016-10-16,isis,river_city,1000,2000,4000
2016-10-16,isis,oasis,300,801,900
2016-10-16,isis,metropolis,3500,5000,7000
2016-10-16,isf,metropolis,30000,45000,54000
2016-10-16,isis,target,2000,4000,8000
2016-10-16,sdf,target,3000,8000,20000
2016-10-16,sdf,north,1000,3000,5000
2016-10-16,tanf,outpost,150,250,400
2017-06-04,regime,capital,10000,22000,45000
2017-06-04,rebels,capital,5000,12000,18000
2017-06-04,isis,metropolis,500,800,1000
2017-06-04,isf,metropolis,25000,38000,50000
2017-06-04,pmf,metropolis,5000,9000,14000
2017-06-04,peshmerga,metropolis,100,500,600
2017-06-04,isis,target,2000,3000,4000
2017-06-04,sdf,target,8000,15000,30000
2017-06-04,tanf,oasis,500,1500,3000
2017-06-04,regime,oasis,1500,3000,6000
2017-06-04,jordan,realm,8000,20000,27000
"""
STRENGTHS = """faction,low,central,high
regime,10000,25000,50000
pmf,10000,15000,20000
isf,15000,30000,42000
isis,10000,15000,20000
sdf,15000,25000,50000
tanf,300,1500,3150
peshmerga,8000,20000,42000
jordan,20000,40000,50000
rebels,20000,25000,30000
turkey,2000,4000,8000
"""
SUPPORT = """faction,item,low,central,high,as_of
isis,total_strength_both_countries,19000,22000,25000,2016-02
isis,total_strength_both_countries,15000,22001,30000,2016-08
isf,other,1,2,3,2016-01
"""
ENCLAVES = """enclave,name,lat,lon,country,kind,faction,of_place,population
pocket,Pocket,34.03,36.75,SY,pocket,rebels,capital,300000
"""
JUNCTIONS = """junction,name,lat,lon,country
fork,Fork,33.1,41.0,IQ
"""
ROADS = """leg,from,to,class,km,note
a,seat,middle,motorway,105,
b,middle,fork,motorway,230,
c,fork,edge,track,95,
d,seat,edge,track,420,via middle fork; by way of the others
"""
POPULATIONS = """place,population
capital,1500000
metropolis,1400000
seat,6000000
"""
TEMPO = """operation,faction,opponent,start,end,from_place,to_place,km,weeks,km_per_week
Oasis,isis,regime,2015-05-13,2015-05-21,other:desert,oasis,65,1.1,56.9
"""
FILES = {
    "places": PLACES,
    "control": CONTROL,
    "dispositions": DISPOSITIONS,
    "strengths": STRENGTHS,
    "support": SUPPORT,
    "enclaves": ENCLAVES,
    "junctions": JUNCTIONS,
    "roads": ROADS,
    "populations": POPULATIONS,
    "tempo": TEMPO,
}


def _country(lon: float, lat: float) -> str:
    if lat > 37.0:
        return "TR"
    if lat < 33.0 and lon < 39.2:
        return "JO"
    return "SY" if lon < 41.0 and lat > 33.3 else "IQ"


def _write_hexes(path: Path, hex_km: float) -> None:
    layout = HexLayout.covering(hex_km, SPEC.box, SPEC.plane)
    head = "col,row,lon,lat,country,terrain,river,road,population,community,nearest_place"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head.split(","))
        for i in range(layout.size):
            col, row = i % layout.cols, i // layout.cols
            lon, lat = SPEC.plane.unproject(*layout.centre(col, row))
            terrain = "farmland" if lat > 35.6 else "desert"
            place = (col, row, f"{lon:.3f}", f"{lat:.3f}", _country(lon, lat), terrain)
            out.writerow((*place, "none", "none", 500, "sunni_arab", "Somewhere"))


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    seeds = tmp_path_factory.mktemp("world") / "seeds"
    (seeds / "ground").mkdir(parents=True)
    for name, text in FILES.items():
        (seeds / f"{name}.csv").write_text(text, encoding="utf-8")
    shutil.copy(REAL / "theatre.yaml", seeds)
    _write_hexes(seeds / "ground" / "hexes_40km.csv", 40)
    people = "place,community\nhill,kurd\npocket,mixed\n"
    (seeds / "ground" / "place_communities.csv").write_text(people, encoding="utf-8")
    return seeds


@pytest.fixture
def seeds(_made: Path, tmp_path: Path) -> Path:
    """A copy of the made-up seeds folder that a test may spoil."""
    return Path(shutil.copytree(_made, tmp_path / "seeds"))


@pytest.fixture(scope="session")
def small(_made: Path) -> tuple[Theatre, Path]:
    """The made-up theatre with hexes of 40 km, and its seeds folder; not to be changed."""
    return load_theatre(40, _made), _made


@pytest.fixture(scope="session")
def real() -> tuple[Theatre, Path]:
    """The project's own theatre at the default size, and its seeds folder."""
    return load_theatre(25, REAL), REAL
