from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main
from tests.support.fakes import FakeSimulator

KEY = "faction.tanf.strength.central"  # the fake's chance of a road is 0.8 over it


@pytest.fixture
def solve(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*words: str, simulator: FakeSimulator | None = None) -> tuple[int, str, str]:
        given = ["solve", KEY, "ensemble.worlds=150", *words]
        code = main(given, simulator or FakeSimulator(), lambda directory: [])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_it_finds_the_known_crossing_and_continues(solve, tmp_path: Path) -> None:
    asked = ("--target=0.4", "--low=1", "--high=3", "--points=3", "--out=a")
    code, out, _ = solve(*asked)
    assert code == 0
    found = json.loads((tmp_path / "a" / "solve.json").read_text())
    assert found["status"] == "crosses"
    assert found["crossing"]["low"] <= 2.0 <= found["crossing"]["high"]
    assert found["crossing"]["level"] == 0.95
    assert "Clopper-Pearson" in found["crossing"]["method"]
    assert not found["rises"]
    assert f"Crosses 0.4 at {found['crossing']['estimate']:.4g}" in out
    again = FakeSimulator()
    assert solve(*asked, simulator=again)[1] == out
    assert again.calls == []  # all worlds are there


def test_it_says_that_it_never_crosses(solve) -> None:
    code, out, _ = solve("--target=0.95", "--low=1", "--high=3", "--points=3", "--rounds=1")
    assert code == 0
    assert "Never crosses 0.95: surely below it from 1 to 3" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([KEY, "--target=2"], "--target=2: must be a number from 0 to 1"),
        ([KEY], "--target: give the probability to be crossed"),
        ([KEY, "--target=0.1"], "--low: give the range of faction.tanf.strength.central"),
        ([KEY, "--target=0.1", "--low=3", "--high=1"], "--low=3: must be less than --high=1"),
        (["rules.response", "--target=0.1", "--low=-1"], "--low=-1: must be a number from 0 to"),
        ([KEY, "--target=0.1", "--kind=rail"], "--kind=rail: no such kind of corridor"),
        ([KEY, "--target=0.1", "trget=1"], "trget=1: unknown key trget"),
        ([KEY, "--trget=0.1"], "--trget=0.1: unknown argument; did you mean --target?"),
        (["scenario", "--target=0.1", "--low=1", "--high=2"], "scenario: not a number"),
        (["clock.nothing", "--target=0.1", "--low=1", "--high=2"], "clock.nothing: unknown key"),
        (["ensemble.worlds=9", "--target=0.1"], "name first the setting to look over"),
        (["--target=0.1"], "name first the setting to look over"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(
    small: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["solve", *words], FakeSimulator()) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
