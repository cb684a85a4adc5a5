from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.analysis.studies.run_sensitivity import varied
from sim.cli import main
from sim.config.compose import Composer
from tests.support.fakes import FakeSimulator

KEY = "faction.tanf.strength"  # the fake's chance of a road is 0.8 over its central value


@pytest.fixture
def sensitivity(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*words: str, simulator: FakeSimulator | None = None) -> tuple[int, str, str]:
        code = main(["sensitivity", *words], simulator or FakeSimulator(), lambda directory: [])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_it_finds_what_matters(sensitivity, tmp_path: Path) -> None:
    words = (f"{KEY}=interval(1,3)", "faction.pmf.strength=prior", "--base=8", "--worlds=24")
    code, out, err = sensitivity(*words)
    assert code == 0, err
    found = json.loads((tmp_path / "sensitivity" / "sensitivity.json").read_text())
    assert found["points"] == 8 * 5
    assert found["ranges"] == {KEY: "1 to 3", "faction.pmf.strength": "1 to 3, most likely 2"}
    strong, idle, dummy = (found["inputs"][k] for k in (KEY, "faction.pmf.strength", "dummy"))
    assert strong["low"]["estimate"] > strong["high"]["estimate"] + 0.1
    assert strong["total"]["estimate"] > idle["total"]["estimate"]
    assert dummy["first"]["level"] == 0.95
    assert "bootstrap" in dummy["first"]["method"]
    assert "from these inputs" in out


def test_the_variant_of_the_rules_is_an_input_if_several_have_weight(
    sensitivity, tmp_path: Path
) -> None:
    other = "rules.variants.other.weight=1"
    words = ("faction.pmf.strength=prior", other, "--base=8", "--worlds=40")
    code, out, err = sensitivity(*words)
    assert code == 0, err
    found = json.loads((tmp_path / "sensitivity" / "sensitivity.json").read_text())
    assert found["ranges"]["rules.variant"] == "other 50%, plain 50%"
    rules, idle = (found["inputs"][k] for k in ("rules.variant", "faction.pmf.strength"))
    assert rules["total"]["estimate"] > 0.5 > idle["total"]["estimate"]
    assert rules["low"]["estimate"] < rules["high"]["estimate"]  # the fake's other halves P
    assert "rules.variant" in out
    one = [
        "faction.pmf.strength=prior",
        other,
        "rules.variant=plain",
        "ensemble.replications_per_draw=1",
    ]
    assert [given.key for given in varied(one, Composer(), None)[1]] == ["faction.pmf.strength"]


def test_where_all_worlds_end_alike_it_says_so(small: Path, tmp_path: Path, capsys) -> None:
    """Also draws: no corridor, or one in every world, is an answer."""
    words = ["sensitivity", f"{KEY}=interval(100000,200000)", "--base=8", "--worlds=4"]
    assert main([*words, f"--out={tmp_path / 'a'}"], FakeSimulator()) == 0
    out = capsys.readouterr().out
    assert "All worlds end alike: there is nothing to be sensitive to" in out
    assert (tmp_path / "a" / "sensitivity.png").stat().st_size > 10_000


def test_noise_has_no_upper_end(sensitivity, tmp_path: Path) -> None:
    code, out, err = sensitivity("faction.pmf.strength=prior", "--base=8", "--worlds=4")
    assert code == 0, err
    found = json.loads((tmp_path / "sensitivity" / "sensitivity.json").read_text())
    assert found["inputs"]["faction.pmf.strength"]["total"]["high"] is None
    assert "cannot be told from noise" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["faction.tanf.quality=1,2"], "faction.tanf.quality: sensitivity needs interval"),
        (["faction.tanf.quality=prior"], "faction.tanf.quality=prior: not an uncertain input"),
        (["ensemble.replications_per_draw=4"], "ensemble.replications_per_draw=4: must be 1"),
        (["--base=2"], "--base=2: must be a whole number from 8"),
        (["--kind=rail"], "--kind=rail: no such kind"),
    ],
)
def test_what_cannot_be_asked_is_refused(sensitivity, words: list[str], said: str) -> None:
    code, _, err = sensitivity(*words)
    assert code == 2
    assert said in err
    assert err.count("\n") == 1
