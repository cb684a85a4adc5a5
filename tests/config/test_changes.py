"""Lists of changes add up, are swept, and are part of what a world is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.config import saved
from sim.config.compose import Composer, compose, typed
from sim.config.dated import timeline
from sim.config.schema import Stance
from sim.config.sweep_space import space
from sim.errors import LandbridgeError

LINE = "faction.tanf.red_line.radius_km"
RUTBA, PALMYRA = "{place: rutba, holder: isf}", "{place: palmyra, holder: none}"
SCENARIO = """# @package _global_
scenario: dated
changes:
  - {date: 2017-08-15, place: rutba, faction: isf, add: 100, set: {%s: 110}}
"""


def places(*overrides: str, own: Path | None = None) -> list[str]:
    """Where something changes, in order; as both ways to compose have it."""
    found = [str(one.place) for one in compose(overrides, own).changes]
    assert [str(one.place) for one in Composer(own).compose(overrides).changes] == found
    return found


@pytest.fixture
def own(small: Path, tmp_path: Path) -> Path:
    """A folder with configs of one's own that have changes."""
    folder = tmp_path / "own"
    for group in ("scenario", "more"):
        (folder / group).mkdir(parents=True)
    (folder / "scenario" / "dated.yaml").write_text(SCENARIO % LINE)
    child = "# @package _global_\ndefaults: [dated, _self_]\nscenario: child\n"
    (folder / "scenario" / "child.yaml").write_text(child + f"changes: [{PALMYRA}]\n")
    more = "# @package _global_\nchanges: [{place: mosul, holder: isf}]\n"
    (folder / "more" / "mosul.yaml").write_text(more)
    (folder / "more" / "bad.yaml").write_text("# @package _global_\nchanges: [{plaec: mosul}]\n")
    return folder


def test_lists_of_the_command_line_add_up(small: Path) -> None:
    assert places(f"changes=[{RUTBA}]") == ["rutba"]
    assert places(f"changes=[{RUTBA}]", f"changes=[{PALMYRA},{RUTBA}]") == [
        "rutba",
        "palmyra",
        "rutba",
    ]
    assert places(f"changes=[{RUTBA}]", "changes=[]", f"+changes=[{PALMYRA}]") == [
        "rutba",
        "palmyra",
    ]


def test_a_scenario_keeps_its_changes(own: Path) -> None:
    """In the order in which configs are read, then the command line, wherever that names it."""
    assert places("scenario=dated", f"changes=[{PALMYRA}]", own=own) == ["rutba", "palmyra"]
    assert places(f"changes=[{PALMYRA}]", "scenario=dated", own=own) == ["rutba", "palmyra"]
    assert places("scenario=child", own=own) == ["rutba", "palmyra"]
    assert places("scenario=child", "+more=mosul", f"changes=[{RUTBA}]", own=own) == [
        "rutba",
        "palmyra",
        "mosul",
        "rutba",
    ]


def test_packaged_scenarios_keep_theirs() -> None:
    """The withdrawal that one more change used to undo."""
    config = compose(["scenario=tanf_withdrawal", "changes=[{place: abu_kamal, holder: none}]"])
    assert [one.place for one in config.changes] == ["al_tanf", "abu_kamal"]


def test_mistakes_in_a_config_name_it(own: Path) -> None:
    with pytest.raises(LandbridgeError, match="more/bad.*plaec.*did you mean place"):
        compose(["+more=bad"], own)


def test_a_field_of_a_change_can_be_set(own: Path) -> None:
    key = f"changes.0.set.{LINE}"
    given = ["scenario=dated", "changes.0.date=2017-09-01", f"{key}=55", "changes.0.add=7"]
    for config in (compose(given, own), Composer(own).compose(given)):
        one = typed(config).changes[0]
        assert (one.date, one.add, one.set) == ("2017-09-01", 7, {LINE: 55})
        assert saved.value(config, key) == 55
        assert saved.value(config, "changes.0.date") == "2017-09-01"
        assert saved.value(config, "changes.1.set.x") is None
    with pytest.raises(LandbridgeError, match=r"changes.1.add=7: no such change .*changes.0"):
        compose(["scenario=dated", "changes.1.add=7"], own)


def test_changes_are_swept(own: Path) -> None:
    """Whole lists, which each add to the scenario's, and fields of one that is there."""
    both = space([f"changes=[{RUTBA}],[{PALMYRA},{RUTBA}]"])
    lines = [both.line([value]) for value in both.dimensions[0].values]
    assert [places("scenario=dated", *line, own=own) for line in lines] == [
        ["rutba", "rutba"],
        ["rutba", "palmyra", "rutba"],
    ]
    days = space(["changes.0.date=2017-07-01,2017-08-01", f"changes.0.set.{LINE}=range(0,3)"])
    assert [one.key for one in days.dimensions] == ["changes.0.date", f"changes.0.set.{LINE}"]
    config = Composer(own).compose(["scenario=dated", *days.line(["2017-08-01", "2"])])
    assert (config.changes[0].date, config.changes[0].set[LINE]) == ("2017-08-01", 2)


def test_dates_and_what_is_set_are_part_of_a_world(own: Path) -> None:
    def made(*overrides: str) -> str:
        return saved.config_hash(compose(["scenario=dated", *overrides], own))

    hashes = {made(), made("changes.0.date=2017-09-01"), made(f"changes.0.set.{LINE}=1"),
              made(f"changes=[{RUTBA}]")}  # fmt: skip
    assert len(hashes) == 4
    nested = "{faction: {tanf: {red_line: {radius_km: 110}}}}"
    flat = saved.config_hash(compose([f"changes=[{{set: {{{LINE}: 110}}}}]"]))
    assert flat == saved.config_hash(compose([f"changes=[{{set: {nested}}}]"]))


def moments(*changes: str) -> list[Any]:
    return timeline(typed(compose([f"changes=[{','.join(changes)}]"])))


def test_settings_hold_from_their_day_on(small: Path) -> None:
    found = moments(
        f"{{date: 2017-08-01, set: {{{LINE}: 20}}}}",
        f"{{date: 2017-07-01, place: rutba, holder: isf, set: {{{LINE}: 10}}}}",
        "{date: 2017-08-01, set: {faction.tanf.quality: 2, corridor.transit: []}}",
        "{place: palmyra, holder: none}",
    )
    assert [one.day for one in found] == [0, 27, 58]
    assert [one.settings.faction["tanf"].red_line.radius_km for one in found] == [55, 10, 20]
    assert [one.settings.faction["tanf"].quality for one in found] == [1, 1, 2]
    assert [one.changes[0].place for one in found] == ["palmyra", "rutba", ""]
    assert found[2].keys == ("corridor.transit", "faction.tanf.quality", LINE)
    assert found[2].settings.corridor.transit == []
    assert found[1].settings.corridor.transit == ["isf"]


def test_nothing_is_copied_where_nothing_is_set(small: Path) -> None:
    config = typed(compose([f"changes=[{RUTBA}]"]))
    assert timeline(config)[0].settings is config


def test_a_stance_takes_its_worst_along() -> None:
    """Where that is milder: one line says that a war begins."""
    stance = "faction.isf.relations.peshmerga.stance"
    relation = moments(f"{{date: 2017-07-01, set: {{{stance}: hostile}}}}")[1]
    found = relation.settings.faction["isf"].relations["peshmerga"]
    assert (found.stance, found.worst) == (Stance.hostile, Stance.hostile)
