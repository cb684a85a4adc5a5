"""Where things are: the packaged configs and seeds, and what a user's name of a place stands for.

A wheel carries configs and seeds inside the package (`sim/_data`); in a checkout or an editable
install they are the top-level folders beside `sim`.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from sim.errors import LandbridgeError, bad_value

KERNELS = "kernels-"  # begins the name of a folder of compiled kernels
_SIM = Path(__file__).resolve().parent


def _data(name: str) -> Path:
    packed = _SIM / "_data" / name
    return packed if packed.is_dir() else _SIM.parent / name


def configs() -> Path:
    """The folder of the config groups that come with landbridge."""
    return _data("configs")


def seeds() -> Path:
    """The folder of the theatres: one folder each, with its sourced inputs."""
    return _data("seeds")


def theatres() -> list[str]:
    """Names of the theatres that come with landbridge."""
    return sorted(file.parent.name for file in seeds().glob("*/theatre.yaml"))


def theatre_folder(name: str) -> Path:
    """The folder of a theatre: a packaged one by its name, another by its path.

    Raises:
        LandbridgeError: no such theatre.
    """
    is_path = any(sign in name for sign in ("/", os.sep, "~")) or name.startswith(".")
    folder = located(name, "theatre") if is_path else seeds() / name
    if not name or not (folder / "theatre.yaml").is_file():
        rule = "no such theatre (a name, or the path of a folder with theatre.yaml)"
        raise bad_value("theatre", name, rule, theatres())
    return folder


def caches() -> Path:
    """The folder of what saves time: compiled kernels and how fast worlds were stepped.

    For a user without a home it is one that cannot be made, so that nothing is kept.
    """
    with suppress(RuntimeError):
        folder = user_cache_path("landbridge", appauthor=False)
        if folder.is_absolute():
            return folder
    return Path(os.devnull) / "landbridge"


def registered() -> Path | None:
    """The folder with the scores of the forecast that was registered; None: not there."""
    for folder in (_SIM / "_data" / "registered", _SIM.parent / "experiments" / "forecast_2017"):
        if folder.is_dir():
            return folder
    return None


def located(name: str | Path, setting: str) -> Path:
    """The absolute path that a user's name of a file or folder stands for, `~` being his home.

    Raises LandbridgeError, about `setting`, for an empty name and one that no system takes.
    """
    text = str(name)
    if not text.strip():
        raise LandbridgeError(f"{setting}=: is empty; give it a name")
    try:
        path = Path(text).expanduser().resolve()
        path.exists()  # which fails for a name that is too long
        return path
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise LandbridgeError(f"{setting}={text!r}: not a path ({reason})") from error


def shown(path: Path) -> str:
    """A path as one would type it: relative to here when it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def read_text(name: str) -> str:
    """A file of the package, by its path in it."""
    return (_SIM / name).read_text(encoding="utf-8")
