from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.config.compose import Composer, compose, compose_job, typed
from sim.config.schema import Config, Stance
from sim.errors import LandbridgeError
from tests.support.fakes import FACTIONS


def test_default_is_typed_and_complete(small: Path) -> None:
    config = typed(compose([]))
    assert isinstance(config, Config)
    assert tuple(config.faction) == FACTIONS
    assert config.faction["tanf"].relations["isis"].stance is Stance.hostile
    assert config.theatre.hex_km == 25.0


def test_scenario_beats_factions_and_the_command_line_beats_both(small: Path) -> None:
    def central(*overrides: str) -> float:
        return typed(compose(overrides)).faction["tanf"].strength.central

    assert central() == 2.0
    assert central("scenario=tanf_withdrawal") == 1.0
    assert central("faction.tanf.strength.central=1.5", "scenario=tanf_withdrawal") == 1.5


def test_new_names_in_open_mappings_need_no_plus(small: Path) -> None:
    config = typed(compose(["faction.tanf.objectives.corridor=2", "air.us.backs.isf=0.5"]))
    assert config.faction["tanf"].objectives == {"territory": 1.0, "corridor": 2.0}
    assert config.air["us"].backs == {"sdf": 1.0, "isf": 0.5}


def test_own_config_folder(small: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "scenario"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("# @package _global_\nscenario: mine\nclock: {tick_days: 3.5}\n")
    config = typed(compose(["scenario=mine"], own.parent))
    assert (config.scenario, config.clock.tick_days) == ("mine", 3.5)


def test_own_config_must_not_hide_behind_a_packaged_one(small: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "scenario"
    own.mkdir(parents=True)
    (own / "baseline.yaml").write_text("# @package _global_\nscenario: baseline\n")
    with pytest.raises(LandbridgeError, match="has the name of a packaged config"):
        compose([], own.parent)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clock: {tick_dais: 3}", "unknown key clock.tick_dais .*did you mean tick_days"),
        ("clok: {tick_days: 3}", "unknown key clok .*did you mean clock"),
        ("ensemble: {worlds: many}", "ensemble.worlds=many: must be a whole number"),
        ("faction: {tanf: {strenght: {low: 1}}}", "strenght .*did you mean strength"),
        ("- a", "mine"),
        ("a: [", "mine"),
    ],
)
def test_errors_in_own_files_name_the_file(
    small: Path, tmp_path: Path, text: str, said: str
) -> None:
    own = tmp_path / "own" / "scenario"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text(f"# @package _global_\n{text}\n")
    with pytest.raises(LandbridgeError, match=said) as caught:
        compose(["scenario=mine"], own.parent)
    assert "mine" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_folder_is_refused(small: Path, tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="--config-dir=.*not a folder"):
        compose([], tmp_path / "none")


def test_sweep_values_are_refused_for_one_run(small: Path) -> None:
    with pytest.raises(LandbridgeError, match=r"scenario=a,b: .*-m"):
        compose(["scenario=a,b"])


def test_run_folder_is_hydras(small: Path) -> None:
    here = Path.cwd()
    assert compose_job(["hydra.run.dir=there/${scenario}"]).run_dir == here / "there/baseline"
    assert str(compose_job([]).run_dir).startswith(str(here / "outputs/20"))
    assert [compose_job(given).is_dated for given in ([], ["hydra.run.dir=a"])] == [True, False]


@pytest.mark.parametrize(
    "overrides",
    [
        ["scenario=tanf_withdrawal", "faction.tanf.rationality=2.5"],
        ["faction.tanf.strength.central=1.5", "scenario=tanf_withdrawal"],
        ["faction.tanf.objectives.corridor=2", "faction.tanf.objectives.corridor=3"],
        ["executor=dask", "executor.threads=2", "clock.until=2017-09-01"],
        ["corridor.transit=[isf,sdf]", "faction.tanf.red_line={place: al_tanf, radius_km: 3}"],
        ["~faction.tanf.communities.kurd", "hydra.run.dir=x"],
        ["++faction.tanf.title='a, b=c'"],
    ],
)
def test_points_compose_as_hydra_does(small: Path, overrides: list[str]) -> None:
    composer = Composer()
    composer.compose(["faction.tanf.rationality=9", *overrides[:1]])
    assert composer.compose(overrides) == compose(overrides)


@pytest.mark.parametrize("bad", ["ensemble.worlds=many", "faction.tnaf.rationality=1", "clock=3"])
def test_points_have_the_same_errors(small: Path, bad: str) -> None:
    with pytest.raises(LandbridgeError) as slow:
        compose([bad])
    with pytest.raises(LandbridgeError) as quick:
        Composer().compose([bad])
    assert str(quick.value) == str(slow.value)


def test_a_point_composes_in_a_fraction_of_the_time_of_all() -> None:
    """About a fiftieth: 10 ms against half a second; a fifth is far from chance."""
    began = time.process_time()
    compose(["faction.tanf.rationality=1"])
    whole = time.process_time() - began
    composer = Composer()
    composer.compose(["faction.tanf.rationality=1"])
    began = time.process_time()
    for n in range(10):
        composer.compose([f"faction.tanf.rationality={n}"])
    assert (time.process_time() - began) / 10 < whole / 5


def test_times_and_titles_of_a_config_keep_their_text(small: Path, tmp_path: Path) -> None:
    for name, text in (
        ("executor/mine", "# @package executor\nkind: slurm\njobs: {walltime: 12:00:00}\n"),
        ("scenario/on", "# @package _global_\nscenario: on\ntitle: off\n"),
    ):
        file = tmp_path / f"{name}.yaml"
        file.parent.mkdir()
        file.write_text(text)
    config = compose(["executor=mine", "scenario=on"], tmp_path)
    assert config.executor.jobs.walltime == "12:00:00"
    assert (config.scenario, config.title) == ("on", "off")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("=5", "=5: not an override"),
        ("faction=null", "faction=null: must name an option of the group faction"),
        ("rules=[default,3]", "rules=.*: must name an option of the group rules"),
        ("theatre.hex_km=???", "theatre.hex_km=.*: never set; give it a value"),
        ("ensemble.worlds=${x}", "ensemble.worlds=.*: Interpolation key 'x' not found"),
        ("title=${title}", "title=.*: Recursive interpolation"),
        ("~ensemble", "~ensemble: cannot be left out"),
        ("~theatre", "~theatre: cannot be left out"),
        ("faction.pmf=null", "faction.pmf=null: must have a value"),
    ],
)
def test_what_hydra_and_omegaconf_let_through_is_refused(
    small: Path, override: str, said: str
) -> None:
    with pytest.raises(LandbridgeError, match=f"^{said}"):
        compose([override])
    with pytest.raises(LandbridgeError, match=f"^{said}"):
        Composer().compose([override])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title: caf\xe9", "config scenario/mine.yaml: cannot be read .not UTF-8 at byte"),
        (b"title: [" * 100, "config mine.yaml: nested more than 50 deep .line 3"),
        (b"defaults: [mine]", "scenario=mine: a config includes itself"),
        (b"just a text", "config mine.yaml: could not find"),
        (b"title: \0", "config: .*mine.yaml"),
    ],
)
def test_files_that_are_no_config(small: Path, tmp_path: Path, content: bytes, said: str) -> None:
    own = tmp_path / "own" / "scenario"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_bytes(b"# @package _global_\nscenario: mine\n" + content)
    with pytest.raises(LandbridgeError, match=f"^{said}"):
        compose(["scenario=mine"], own.parent)


@pytest.mark.parametrize("name", ["it's", "a,b [c]", 'a"b', "a=b", "é"])
def test_a_config_folder_of_any_name(small: Path, tmp_path: Path, name: str) -> None:
    own = tmp_path / name / "scenario"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("# @package _global_\nscenario: mine\n")
    assert compose(["scenario=mine"], own.parent).scenario == "mine"


def test_a_config_folder_that_would_be_looked_up(small: Path, tmp_path: Path) -> None:
    (tmp_path / "${x}").mkdir()
    with pytest.raises(LandbridgeError, match="give it a name without"):
        compose([], tmp_path / "${x}")


def test_a_header_that_is_none(small: Path, tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "mine.yaml").write_text("# @package a b\nscenario: mine\n")
    with pytest.raises(LandbridgeError, match=r"^config scenario/mine.yaml: .*Too many components"):
        compose(["scenario=mine"], tmp_path)
