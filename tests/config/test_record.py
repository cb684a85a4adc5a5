from __future__ import annotations

from pathlib import Path

import pytest
from omegaconf import OmegaConf

from sim.config import record
from sim.config.compose import compose
from sim.errors import LandbridgeError


def test_how_much_is_run_is_not_what_is_run(small: Path) -> None:
    plain = record.config_hash(compose([]))
    same = compose(["ensemble.worlds=7", "ensemble.block=3", "engine.threads=1"])
    assert record.config_hash(same) == plain
    assert record.config_hash(compose(["ensemble.seed=1"])) != plain
    assert record.config_hash(compose(["faction.tanf.rationality=1"])) != plain


def test_saved_settings_are_the_same_settings(small: Path, tmp_path: Path) -> None:
    config = compose(["scenario=tanf_withdrawal", "changes=[{place:rutba,holder:isf}]"])
    record.save(config, ["scenario=tanf_withdrawal"], tmp_path)
    assert record.identity(record.load(tmp_path)) == record.identity(config)
    assert record.config_hash(record.load(tmp_path)) == record.config_hash(config)
    assert (tmp_path / ".hydra" / "overrides.yaml").read_text() == "- scenario=tanf_withdrawal\n"


def test_differences_name_the_keys(small: Path) -> None:
    old, new = (record.identity(compose(o)) for o in ([], ["clock.tick_days=1"]))
    assert record.differences(old, new) == ["clock.tick_days (7.0 -> 1.0)"]


@pytest.mark.parametrize("text", [None, "a: [", "- a"])
def test_a_folder_without_settings_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / ".hydra").mkdir()
        (tmp_path / ".hydra" / "config.yaml").write_text(text)
    with pytest.raises(LandbridgeError, match="not a run folder"):
        record.load(tmp_path)


def test_plain_settings_are_the_same_settings(small: Path, tmp_path: Path) -> None:
    record.save(compose([]), [], tmp_path)
    plain = record.load_plain(tmp_path)
    assert type(plain) is dict
    assert plain == OmegaConf.to_container(record.load(tmp_path), resolve=True)
    file = tmp_path / ".hydra" / "config.yaml"
    file.write_text("a: 1e3\nb: ${a}\n")
    assert record.load_plain(tmp_path) == {"a": 1000.0, "b": 1000.0}
    for text in ("[1, 2]", "a: [", None):
        file.unlink() if text is None else file.write_text(text)
        with pytest.raises(LandbridgeError, match="not a run folder"):
            record.load_plain(tmp_path)
