"""Work that can be interrupted: how far it is, what Ctrl-C leaves of it, and how to go on."""

from __future__ import annotations

import shlex
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.shared.arguments import names_folder
from sim.paths import shown

if TYPE_CHECKING:
    from sim.ensemble.sweep.points import Sweep


@contextmanager
def working[D](
    arguments: Namespace,
    directory: Path,
    kept: Callable[[], str],
    display: AbstractContextManager[D],
) -> Iterator[D]:
    """Show how far the work is; after Ctrl-C say what is kept and the call that goes on.

    Args:
        arguments: of the command.
        directory: of its results.
        kept: what of it is in the folder, in words; '' for nothing.
        display: how far it is.

    Raises:
        KeyboardInterrupt: with these words.
    """
    try:
        with display as shown_so_far:
            yield shown_so_far
    except KeyboardInterrupt:
        again = call_again(arguments, directory)
        if words := kept() if directory.is_dir() else "":
            text = f"{words} kept in {shown(directory)}; continue with: {again}"
        else:
            text = f"nothing is kept of what is not finished; begin again with: {again}"
        raise KeyboardInterrupt(text) from None


def call_again(arguments: Namespace, directory: Path) -> str:
    """The call that goes on in a folder, as one would type it."""
    words = ["landbridge", *arguments.words]
    if not names_folder(arguments):
        name = shown(directory)
        words += [f"--out={name}"] if name.startswith("-") else ["--out", name]
    return shlex.join(words)


def worlds_kept(directory: Path, asked: int) -> Callable[[], str]:
    """Worlds of a run folder."""
    from sim.ensemble.run import kept

    return lambda: f"{kept(directory, asked)} of {asked} worlds are"


def points_kept(sweep: Sweep) -> Callable[[], str]:
    """Worlds of all points of a sweep or study; nothing before the first is looked at."""
    words = "{} of {} worlds of {} points are"
    return lambda: words.format(sweep.done, sweep.worlds, len(sweep.points)) if sweep.jobs else ""
