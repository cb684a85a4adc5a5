from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim import disk
from sim.config import saved
from sim.config.compose import compose, composed_before
from sim.errors import LandbridgeError


def test_how_much_is_run_is_not_what_is_run(small: Path) -> None:
    plain = saved.config_hash(compose([]))
    same = compose(["ensemble.worlds=7", "ensemble.block=3", "executor.threads=1"])
    assert saved.config_hash(same) == plain
    assert saved.config_hash(compose(["ensemble.seed=1"])) != plain
    assert saved.config_hash(compose(["faction.tanf.rationality=1"])) != plain


def test_saved_settings_are_the_same_settings(small: Path, tmp_path: Path) -> None:
    config = compose(["scenario=tanf_withdrawal", "changes=[{place:rutba,holder:isf}]"])
    save(config, ["scenario=tanf_withdrawal"], tmp_path)
    assert saved.deciding(saved.flatten(saved.load(tmp_path))) == saved.identity(config)
    assert saved.config_hash(composed_before(tmp_path)) == saved.config_hash(config)
    assert (tmp_path / ".hydra" / "overrides.yaml").read_text() == "- scenario=tanf_withdrawal\n"


def test_differences_name_the_keys(small: Path) -> None:
    old, new = (saved.identity(compose(o)) for o in ([], ["clock.tick_days=1"]))
    assert saved.differences(old, new) == ["clock.tick_days (7.0 -> 1.0)"]


@pytest.mark.parametrize("text", [None, "a: [", "- a"])
def test_a_folder_without_settings_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / ".hydra").mkdir()
        (tmp_path / ".hydra" / "config.yaml").write_text(text)
    with pytest.raises(LandbridgeError, match="not a run folder"):
        saved.load(tmp_path)


SECRET = "${oc.env:SECRET}"


def test_what_settings_refer_to_is_kept_as_it_was_then(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "5")
    config = compose([f"ensemble.seed={SECRET}", r"title='\${no: such thing}'"])
    save(config, [f"ensemble.seed={SECRET}"], tmp_path)
    monkeypatch.setenv("SECRET", "6")
    assert saved.load(tmp_path)["ensemble"]["seed"] == 5
    assert saved.load(tmp_path)["title"] == "${no: such thing}"


def test_nothing_in_a_strangers_folder_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "hush")
    file = tmp_path / ".hydra" / "config.yaml"
    file.parent.mkdir()
    file.write_text(f"title: {SECRET}\nchanges: [{{place: '{SECRET}'}}]\nb: 1e3\n")
    found = saved.load(tmp_path)
    assert found == {"title": SECRET, "changes": [{"place": SECRET}], "b": 1000.0}
    with pytest.raises(LandbridgeError, match="refers to something") as caught:
        composed_before(tmp_path)
    assert "hush" not in str(caught.value)


def save(config: Any, overrides: list[str], directory: Path) -> None:
    for name, raw in saved.as_files(config, overrides).items():
        disk.write(directory / name, raw)
