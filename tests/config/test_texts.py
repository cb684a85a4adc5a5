from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config.compose import compose_job, parse
from sim.config.sweep_space import Values, space
from sim.config.texts import FOLDERS, as_override, as_typed, unquoted
from sim.errors import LandbridgeError

LOOKS_LIKE_SOMETHING_ELSE = ["2017_06_04", "007", "1.50", "1e3", "true", "null", "nan", "-3", "1_0"]


@pytest.mark.parametrize("text", LOOKS_LIKE_SOMETHING_ELSE)
@pytest.mark.parametrize("key", ["scenario", "title", "+title", "design.file", *FOLDERS])
def test_a_name_stays_what_was_typed(key: str, text: str) -> None:
    (found,) = parse([f"{key}={text}"])
    assert found.value() == text


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1))
def test_any_text_without_a_comma_names_a_folder(text: str) -> None:
    if "," in text or text[0] in "'\"" or not text.strip("'\" ").strip():
        return
    (found,) = parse([f"hydra.run.dir={text}"])
    assert found.value() == text
    assert unquoted(as_typed(f"hydra.run.dir={text}").partition("=")[2]) == text


@pytest.mark.parametrize(
    "key", ["ensemble.worlds", "faction.tanf.strength.low", "changes", "~title"]
)
def test_all_else_is_left_to_hydra(key: str) -> None:
    for text in (*LOOKS_LIKE_SOMETHING_ELSE, "[1,2]", ""):
        assert as_typed(f"{key}={text}") == f"{key}={text}"


@pytest.mark.parametrize("key", ["hydra.run.dir", "hydra.sweep.dir", "scenario", "title"])
@pytest.mark.parametrize("empty", ["", "''", '""', "' '"])
def test_an_empty_name_is_refused(key: str, empty: str) -> None:
    with pytest.raises(LandbridgeError, match=f"{key}=: is empty"):
        parse([f"{key}={empty}"])


def test_swept_names_stay_what_was_typed() -> None:
    (found,) = space(["title=2017_06_04,b,1.50"]).dimensions
    assert isinstance(found, Values)
    assert [unquoted(one) for one in found.values] == ["2017_06_04", "b", "1.50"]


def test_a_scenario_may_be_named_by_a_date(small: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "scenario"
    own.mkdir(parents=True)
    (own / "2017_06_04.yaml").write_text("# @package _global_\nscenario: 2017_06_04\n")
    job = compose_job(["scenario=2017_06_04", "hydra.run.dir=runs/${scenario}"], own.parent)
    assert job.config.scenario == job.run_dir.name == "2017_06_04"


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1))
def test_an_override_of_a_folder_can_be_pasted(text: str) -> None:
    if not text.strip("'\" ").strip() or "${" in text:
        return
    (found,) = parse([as_override("hydra.run.dir", text)])
    assert found.value() == text
