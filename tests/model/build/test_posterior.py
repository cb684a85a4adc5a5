"""Which fitted sample a run draws from, and that it draws whole rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.errors import LandbridgeError
from sim.model.build.posterior import load_posterior
from sim.model.inputs import RULES, Joint, Uncertain, sample
from sim.model.simulate import prepare
from sim.paths import theatre_folder as packaged
from tests.support import real

SAMPLE = "tempo,alarm\n0.5,1.5\n0.75,1.25\n1,1\n"


def _config(posterior: str, origin: str) -> Any:
    return SimpleNamespace(posterior=posterior, clock=SimpleNamespace(origin=origin))


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    folder = tmp_path / "posterior" / "plain"
    folder.mkdir(parents=True)
    (folder / "2016-03-01.csv").write_text("tempo\n0.7\n", encoding="utf-8")
    (folder / "2017-02-01.csv").write_text(SAMPLE, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("origin", "rows"), [("2016-03-01", 1), ("2017-01-31", 1), ("2017-02-01", 3), ("2017-06-04", 3)]
)
def test_auto_takes_the_last_by_the_origin(samples: Path, origin: str, rows: int) -> None:
    found = load_posterior(_config("auto", origin), samples)
    assert found is not None
    assert len(found.values) == rows


def test_before_the_first_the_prior_stands(samples: Path, tmp_path: Path) -> None:
    assert load_posterior(_config("auto", "2016-02-29"), samples) is None
    assert load_posterior(_config("auto", "2017-06-04"), tmp_path / "none") is None


def test_a_sample_may_be_named(samples: Path) -> None:
    found = load_posterior(_config("2016-03-01", "2017-06-04"), samples)
    assert found is not None
    assert found.names == ("rules.tempo",)
    assert found.values.tolist() == [[0.7]]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("2017-02-02", None, r"^posterior=2017-02-02: no such sample \(allowed: 2016-03-01, 2017"),
        ("2017-02-01", None, r"^posterior=2017-02-01: fitted to what came after clock.origin=2016"),
        ("2016-03-01", "tmpo\n1\n", r"^2016-03-01.csv column=tmpo: .*did you mean tempo\?"),
        ("2016-03-01", "tempo\nfast\n", r"^2016-03-01.csv:2 tempo=fast: must be a number"),
        ("2016-03-01", "tempo\nnan\n", r"tempo=nan: must be a number"),
        ("2016-03-01", "tempo,alarm\n1\n", r"must have 2 cells"),
        ("2016-03-01", "tempo\n", r"^posterior=2016-03-01: holds no rows"),
    ],
)
def test_what_cannot_be_used_is_refused(
    samples: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (samples / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(LandbridgeError, match=said) as caught:
        load_posterior(_config(name, "2016-12-01"), samples)
    assert "\n" not in str(caught.value)


INPUTS = [
    Uncertain("rules.tempo", 0.5, 1, 2),
    Uncertain("x", 0, 1, 2),
    Uncertain("rules.b", 0, 1, 2),
]


def test_a_draw_takes_a_whole_row_and_leaves_the_others_alone() -> None:
    """Columns in another order than the inputs; 2,000 draws of 5 rows, evenly."""
    joint = Joint(("rules.b", "rules.tempo"), np.array([[10.0 * i, i] for i in range(5)]))
    found = sample(INPUTS, 0, range(2000), False, [joint])
    plain = sample(INPUTS, 0, range(2000), False)
    assert (found[:, 2] == 10 * found[:, 0]).all()
    assert (found[:, 1] == plain[:, 1]).all()
    counts = np.bincount(found[:, 0].astype(int), minlength=5)
    assert np.abs(counts - 400).max() < 4 * (2000 * 0.2 * 0.8) ** 0.5
    assert (sample(INPUTS, 0, [7, 3], False, [joint]) == found[[7, 3]]).all()
    assert (sample(INPUTS, 1, range(50), False, [joint])[:, 0] != found[:50, 0]).any()


def test_each_gives_consecutive_draws_the_same_row() -> None:
    joint = Joint(("x",), np.arange(3.0)[:, None], each=2)
    assert sample(INPUTS, 0, range(6), False, [joint])[:, 1].tolist() == [0, 0, 1, 1, 2, 2]


def test_every_variant_has_its_own_sample() -> None:
    joints = [Joint(("x",), np.array([[2.0], [3.0]])), None]
    which = [draw % 2 for draw in range(40)]
    found = sample(INPUTS, 0, range(40), False, joints, which)
    plain = sample(INPUTS, 0, range(40), False)
    assert set(found[::2, 1]) == {2.0, 3.0}
    assert (found[1::2] == plain[1::2]).all()


def test_worlds_of_a_run_have_rows_of_the_sample(samples: Path, tmp_path: Path) -> None:
    """On the map, through `prepare`: the fitted inputs together, the others from their ranges."""
    own = tmp_path / "seeds"
    own.mkdir()
    for item in packaged("iraq_syria_jordan").iterdir():
        if item.name != "posterior":
            (own / item.name).symlink_to(item)
    (own / "posterior").symlink_to(samples.parent)
    config = real.settings("2017-06-18", "uncertainty=posterior", "rules.variant=plain")
    setup = prepare(config, own)
    found = setup.start.batch(setup.rules, setup.geo, list(range(60)), [0] * 60).inputs
    pairs = found[:, [RULES.index("tempo"), RULES.index("alarm")]]
    assert {tuple(row) for row in pairs.tolist()} == {(0.5, 1.5), (0.75, 1.25), (1.0, 1.0)}
    assert np.unique(found[:, RULES.index("attrition")]).size == 60
    prior = prepare(replace(config, uncertainty=type(config.uncertainty).prior), own)
    assert prior.start.joints == [None]
