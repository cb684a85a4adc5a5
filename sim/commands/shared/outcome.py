"""How a command ends: what was found, where it is written, its figures."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from sim.paths import shown

if TYPE_CHECKING:
    from sim.show.results.base import Shown


def show_result(result: Shown, arguments: Namespace, has_figures: bool = True) -> None:
    """Print a result and where it is; draw its figures, by what the tests give if they do."""
    print(result.summary())
    print(f"Written                   {shown(result.directory / result.file)}", flush=True)
    if not has_figures:
        return
    if arguments.draw is not None:
        files = list(arguments.draw(result.directory))
    else:
        files = [picture.file for picture in result.figures()]
    if len(files) == 1:
        print(f"Figure                    {shown(files[0])}")
    elif files:
        print(f"Figures                   {shown(files[0].parent)} ({len(files)} files)")
