"""`landbridge compare`: runs against the first one, world by world."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.commands.text import comparison
from sim.errors import LandbridgeError, bad_value
from sim.paths import located, shown

_SETTINGS = {"paired": "true", "out": "comparison"}


def command(words: Sequence[str], drawing: bool = True) -> int:
    """Compare run folders; `words` are folders and `paired=false`, `out=DIR`."""
    directories, settings = read(words)
    from sim.analysis.compare import FILE, compare, write
    from sim.config.record import load
    from sim.ensemble import folder

    out = located(settings["out"], "out")
    rows = compare(directories, paired=settings["paired"] == "true")
    labels = {at: f"{load(at)['scenario']} ({shown(at)})" for at in directories}
    print(comparison(rows, labels))
    with folder.opened(out, "comparison", [FILE], "out"):
        print(f"Written                   {shown(write(rows, out))}")
        if drawing:
            from sim.show.comparison import draw_comparison

            for figure in draw_comparison(rows, out):
                print(f"Figure                    {shown(figure)}")
    return 0


def read(words: Sequence[str]) -> tuple[list[Path], dict[str, str]]:
    """Folders, and settings over their defaults; raises LandbridgeError."""
    settings = dict(_SETTINGS)
    directories = []
    for word in words:
        key, is_setting, value = word.partition("=")
        if not is_setting or Path(word).is_dir():
            directories.append(located(word, "compare"))
            continue
        if key not in settings:
            raise bad_value("compare", key, "unknown setting", settings)
        if key == "paired" and value not in ("true", "false"):
            raise LandbridgeError(f"paired={value}: must be true or false")
        settings[key] = value
    return directories, settings
