"""Where the packaged configs and seeds are, in a wheel and in a checkout.

A wheel carries them inside the package (`sim/_data`); in a checkout or an editable install they
are the top-level folders beside `sim`.
"""

from __future__ import annotations

from pathlib import Path

_SIM = Path(__file__).resolve().parent


def _data(name: str) -> Path:
    packed = _SIM / "_data" / name
    return packed if packed.is_dir() else _SIM.parent / name


def configs() -> Path:
    """The folder of the config groups that come with landbridge."""
    return _data("configs")


def seeds() -> Path:
    """The folder of the sourced inputs."""
    return _data("seeds")
