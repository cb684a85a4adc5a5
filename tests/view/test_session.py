"""What the view says is what a run says."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.analysis.stats.confidence_sequence import by_draw, sequence
from sim.analysis.studies.compare import compare
from sim.config.check import check
from sim.config.compose import Composer, parse, typed
from sim.ensemble.run import prepare
from sim.ensemble.simulator import LandbridgeModel
from sim.ensemble.store.folder import kind_of
from sim.view.controls import controls
from sim.view.live import TUNED
from sim.view.session import Session
from tests.conftest import Runner
from tests.support.folders import SEEDS
from tests.support.packed import unpacked

MOVED = "faction.tanf.strength.central=1.5"


def last(session: Session, settings: list[str]) -> dict:
    return list(session.estimates(settings, [], lambda: False))[-1]


def test_the_worlds_are_those_of_a_run(session: Session, fake_run: Runner) -> None:
    given = [*session.fixed, MOVED]
    base, other = fake_run("base", *session.fixed), fake_run("other", *given)
    said = last(session, [MOVED])
    rows = {row.kind: row for row in compare([base.directory, other.directory])}
    for kind in ("road", "territory"):
        one, summary = said["kinds"][kind], other.summary
        flags = other.worlds[f"formed_{kind}"].to_numpy()
        trials = by_draw(flags, 2)
        wanted = sequence(float(trials.sum()), len(trials), TUNED)
        assert (one["low"], one["estimate"], one["high"]) == (
            wanted.low, wanted.estimate, wanted.high,
        )  # fmt: skip
        assert one["share"] == summary["p_corridor"][kind]["estimate"]
        assert one["formed"] == flags.sum()
        found = one["difference"]
        assert found.pop("pairs") == 60
        assert found == rows[kind].difference.as_dict()
    counts = unpacked(said["map"]["counts"], (7, 3, said["map"]["dates"]))
    cells = other.cells
    assert counts.sum() == cells["worlds"].sum()


def test_first_worlds_are_few_and_blocks_are_whole_draws(session: Session) -> None:
    ensemble = session._ensembles.ensemble([])
    sizes = []
    while blocks := ensemble.blocks(60, 2):
        sizes += [block.size for block in blocks]
        for block in blocks:
            ensemble.add(block, ensemble.step(block))
    assert sizes == [8, 8, 22, 22]


def test_kept_ensembles_are_gone_back_to(session: Session) -> None:
    before = last(session, [MOVED])
    steps = len(session._simulator.calls)
    assert last(session, [MOVED]) == before
    assert last(session, ["faction.tanf.strength.central=1.50"]) == before  # the same settings
    assert len(session._simulator.calls) == steps


def test_saving_writes_a_run_folder(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "sim.view.session.prepare",
        lambda config, simulator: prepare(config, simulator, seeds=_none(tmp_path)),
    )
    name = session.save([MOVED])
    assert name.startswith("outputs/")
    assert kind_of(tmp_path / name) == "run"
    assert MOVED in (tmp_path / name / ".hydra/overrides.yaml").read_text("utf-8")


def _none(folder: Path) -> Path:
    (folder / "seeds").mkdir()
    (folder / "seeds/control.csv").write_text("place,date,controller\n", encoding="utf-8")
    return folder / "seeds"


def test_sliders_are_of_keys_that_a_run_knows() -> None:
    composer = Composer()
    found = controls(composer.compose([]), None)
    assert {"baseline", "tanf_withdrawal"} <= set(found["scenarios"])
    for one in found["sliders"]:
        steps = (one["value"] - one["low"]) / one["step"]
        assert steps == pytest.approx(round(steps))
        for end in ("low", "high"):
            moved = [f"{key}={one[end] * factor:.6g}" for key, factor in one["keys"]]
            check(
                typed(composer.compose(moved)),
                LandbridgeModel().known(SEEDS),
            )
    assert not any(key.startswith(("ensemble.", "executor.", "hydra.")) for key in found["keys"])
    assert all(parse([f"{key}=1"]) for key in found["keys"][:20])
    assert "2017-12-31" in found["horizon"]["dates"]
