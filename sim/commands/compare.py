"""`landbridge compare`: runs against the first one, world by world."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.shared.report_text import comparison
from sim.errors import LandbridgeError, bad_value
from sim.paths import located, shown
from sim.show.base.differences import labels

if TYPE_CHECKING:
    from sim.analysis.studies.compare import Comparison

_FOLDER = "comparison"
_SETTINGS = {"paired": "true", "out": ""}


def command(words: Sequence[str], drawing: bool = True) -> int:
    """Compare run folders; `words` are folders and `paired=false`, `out=DIR`."""
    directories, settings = read(words)
    asked = located(settings["out"], "out") if any(w.startswith("out=") for w in words) else None
    from sim.analysis.studies.compare import FILE, compare, write
    from sim.config.saved import load, load_overrides
    from sim.ensemble.store import folder

    rows = compare(directories, paired=settings["paired"] == "true")
    out = asked or _free(rows)
    names = labels({at: (str(load(at)["scenario"]), load_overrides(at)) for at in directories})
    print(comparison(rows, {at: _with_folder(name, at) for at, name in names.items()}))
    with folder.opened(out, "comparison", [FILE], "out"):
        print(f"Written                   {shown(write(rows, out))}")
        if drawing:
            from sim.show.studies.comparison import draw_comparison

            for figure in draw_comparison(rows, out):
                print(f"Figure                    {shown(figure)}")
    return 0


def _with_folder(name: str, directory: Path) -> str:
    folder = f" ({shown(directory)})"
    return f"{name.removesuffix(folder)}{folder}"


def _free(rows: Sequence[Comparison]) -> Path:
    """A folder that holds no comparison, or this one: another one is not written over unasked."""
    from sim.analysis.studies.compare import holds_another

    names = chain([_FOLDER], (f"{_FOLDER}-{number}" for number in count(2)))
    return next(at for name in names if not holds_another(at := located(name, "out"), rows))


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
