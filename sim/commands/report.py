"""`landbridge report`: one HTML file about a run, several, or a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import bad_value
from sim.paths import located, shown

if TYPE_CHECKING:
    from sim.ensemble.simulator import Simulator

FILE = "report.html"
_SETTINGS = ("out", "scores")


def command(arguments: Sequence[str], simulator: Simulator | None = None) -> int:
    """Write the report of some folders; `arguments` are these and `out=FILE`, `scores=DIR`."""
    directories, settings = _read(arguments)
    out = located(settings.get("out", FILE), "out")
    from sim import disk
    from sim.ensemble.run import Inputs
    from sim.show.page.report import refuse_other_file, report

    refuse_other_file(out)
    scores = located(settings["scores"], "scores") if "scores" in settings else None
    page = report(directories, lambda: Inputs(simulator), scores)
    with disk.errors(out.parent, "out"):
        disk.write(out, page)
    print(f"Report                    {shown(out)} ({len(page) / 1e6:.2f} MB)")
    return 0


def _read(arguments: Sequence[str]) -> tuple[list[Path], dict[str, str]]:
    directories, settings = [], {}
    for word in arguments:
        key, is_setting, value = word.partition("=")
        if not is_setting or Path(word).is_dir():
            directories.append(located(word, "report"))
        elif key in _SETTINGS:
            settings[key] = value
        else:
            raise bad_value("report", key, "unknown setting", _SETTINGS)
    return directories, settings
