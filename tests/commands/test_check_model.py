"""`landbridge check-model` from its words to its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main

CHEAP = ["check-model", "theatre.hex_km=40", "--worlds=8"]
FIGURES = {"planned_corridor", "campaign_speed", "hex_to_town", "fights_for_places", "plans",
           "first_captures_and_losses", "never"}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--worlds=0"], "--worlds=0: must be a whole number from 1 to 1000"),
        (["worlds=9"], "worlds=9: is an option of check-model: --worlds 9"),
        (["scenario=nowhere"], "scenario"),
    ],
)
def test_errors_are_one_line(words: list[str], said: str, capsys) -> None:
    assert main(["check-model", *words], None, lambda directory: []) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_it_says_what_fails_and_draws(tmp_path: Path, capsys) -> None:
    words = [*CHEAP, "clock.until=2017-08-06", f"--out={tmp_path / 'a'}"]
    code = main(words)
    out = capsys.readouterr().out
    found = json.loads((tmp_path / "a" / "check.json").read_text())
    results = {one["key"]: one["result"] for one in found["checks"]}
    assert results["planned_barred"] == results["impossible"] == "pass"
    assert results["first_capture_pmf"] == "pass"
    assert results["wait_beyond"] == "not measured"  # nine weeks are too short
    fails = [one["what"] for one in found["checks"] if one["result"] == "FAIL"]
    assert code == (1 if fails else 0)
    assert all(f"FAIL         {what}" in out for what in fails)
    assert f"{len(fails)} of {len(results)} checks fail" in out
    share = found["measures"]["planned_corridor"]
    assert share["baghdad"] == share["damascus"] == 1.0
    drawn = {file.stem: file.stat().st_size for file in (tmp_path / "a" / "figures").iterdir()}
    assert set(drawn) == FIGURES
    assert min(drawn.values()) > 10_000
    assert main(["verify", str(tmp_path / "a")]) == 0
    assert main([*words, "--worlds=9"]) == 2
    assert "holds another check: worlds" in capsys.readouterr().err


def test_a_world_in_which_nothing_has_happened_yet(tmp_path: Path, capsys) -> None:
    """Nothing to take a median of, and nothing to draw."""
    words = [*CHEAP, "--worlds=1", "clock.until=2017-06-06", f"--out={tmp_path / 'a'}"]
    assert main(words) in (0, 1)
    found = json.loads((tmp_path / "a" / "check.json").read_text())
    speeds = [one for one in found["checks"] if one["key"].startswith(("speed", "wait", "siege"))]
    assert {one["result"] for one in speeds} == {"not measured"}
    assert len(list((tmp_path / "a" / "figures").iterdir())) == len(FIGURES)
