"""What Ctrl-C leaves behind, and how to go on."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sim.config.texts import as_override
from sim.paths import shown


@contextmanager
def how_to_continue(
    command: str, overrides: Sequence[str], directory: Path, asked: int, config_dir: Path | None
) -> Iterator[None]:
    """Say in a KeyboardInterrupt how many worlds are kept and which call continues."""
    from sim.ensemble.run import kept

    try:
        yield
    except KeyboardInterrupt:
        if not directory.is_dir():
            raise
        raise KeyboardInterrupt(
            f"{kept(directory, asked)} of {asked} worlds are kept in {shown(directory)}; "
            f"continue with: {call_again(command, overrides, directory, config_dir)}"
        ) from None


def call_again(
    command: str,
    overrides: Sequence[str],
    directory: Path,
    config_dir: Path | None,
    setting: str = "hydra.run.dir",
) -> str:
    """The call that goes on in a folder, as one would type it; `setting` names the folder."""
    kept = [one for one in overrides if not one.startswith("hydra.")]
    again = ["landbridge", command, *kept, as_override(setting, shown(directory))]
    if config_dir is not None:
        again += ["--config-dir", str(config_dir)]
    return shlex.join(again)
