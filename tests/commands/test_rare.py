from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main

CHEAP = ["theatre.hex_km=40", "clock.until=2017-07-09", "corridor.hold_days=7", "--kind=territory"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rare", "--particles=5"], "--particles=5: must be a whole number from 10 to 100000"),
        (["rare", "--repeats=many"], "--repeats=many: must be a whole number from 2"),
        (["rare", "--kind=rail"], "--kind=rail: no such kind of corridor"),
        (["rare", "--particle=50"], "unknown argument; did you mean --particles?"),
        (["criticality", "--garrison=0"], "--garrison=0: must be a whole number from 1"),
        (["criticality", "garrison=9"], "garrison=9: is an option of criticality: --garrison 9"),
        (["criticality", *CHEAP, "--places=palmira"], "--places=palmira: no such place on the map"),
        (
            ["criticality", *CHEAP, "--places=baghdad"],
            "--places=baghdad: is an end of the corridor",
        ),
    ],
)
def test_errors_are_one_line(words: list[str], said: str, capsys) -> None:
    assert main(words, None, lambda directory: []) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_rare_says_and_writes_its_estimate(tmp_path: Path, capsys) -> None:
    asked = ["--particles=10", "--repeats=3", "--rounds=1", "--pilots=1", f"--out={tmp_path}"]
    assert main(["rare", *CHEAP, *asked], None, lambda directory: []) == 0
    out = capsys.readouterr().out
    found = json.loads((tmp_path / "rare.json").read_text())
    assert len(found["repetitions"]) == 3
    assert found["low"] <= found["estimate"] <= found["high"]
    assert found["estimate"] == pytest.approx(sum(found["repetitions"]) / 3)
    assert found["world_ticks"] > 0 < found["pilot_world_ticks"]
    assert f"P = {found['estimate']:.2e}" in out or "P = 0: none of" in out


def test_criticality_pairs_every_place_with_the_scenario(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = [*CHEAP, "--places=palmyra,azaz", "--garrison=3000", "ensemble.worlds=12", "--out=h"]
    assert main(["criticality", *asked]) == 0
    out = capsys.readouterr().out
    found = json.loads((tmp_path / "h" / "criticality.json").read_text())
    by = {one["garrison"]["place"]: one for one in found["places"]}
    assert set(by) == {"palmyra", "azaz"}
    # nothing moves by what stands on the far side of the Turkish border zone
    assert by["azaz"]["table"]["only_first"] == by["azaz"]["table"]["only_second"] == 0
    assert by["azaz"]["difference"]["estimate"] == 0.0
    assert by["palmyra"]["difference"]["low"] <= 0.0
    assert ("Most critical:" in out) == any(one["p_corrected"] < 0.05 for one in found["places"])
    assert (tmp_path / "h" / "criticality.png").stat().st_size > 10_000
