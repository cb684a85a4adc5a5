"""Options that several commands share, and how values of options are read."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.definitions import KINDS
from sim.errors import LandbridgeError, bad_value
from sim.paths import located

if TYPE_CHECKING:
    from sim.config.compose import Job

FOLDERS = ("hydra.run.dir=", "hydra.sweep.dir=")  # Hydra's own names for the folder


def add_settings(parser: argparse.ArgumentParser, dry_run: bool = True) -> None:
    """The settings of worlds, and options of every command that runs some."""
    parser.add_argument(
        "overrides", nargs="*", metavar="KEY=VALUE", help="settings of the model, as in Hydra"
    )
    add_configs(parser)
    if dry_run:
        text = "say what it would cost, and stop"
        parser.add_argument("--dry-run", action="store_true", help=text)


def add_configs(parser: argparse.ArgumentParser) -> None:
    """Where the user's own configs are."""
    parser.add_argument(
        "--config-dir", "-cd", type=path("--config-dir"), metavar="DIR", help="your own configs"
    )


def add_out(parser: argparse.ArgumentParser, usual: str, metavar: str = "DIR") -> None:
    """Where results go; `usual` says where without it."""
    goes_on = "" if metavar == "FILE" else ", where a second call continues"
    parser.add_argument(
        "--out", "-o", type=path("--out"), metavar=metavar,
        help=f"where results go{goes_on} (default: {usual})",
    )  # fmt: skip


def add_kind(parser: argparse.ArgumentParser) -> None:
    """Which corridor is meant."""
    parser.add_argument(
        "--kind", type=_kind, default="road", choices=KINDS,
        help="corridor by road or over territory (default: road)",
    )  # fmt: skip


def add_numbers(
    parser: argparse.ArgumentParser, options: Sequence[tuple[str, int, int, int, str]]
) -> None:
    """Options that are whole numbers: name, default, least, most, meaning."""
    for name, usual, least, most, meaning in options:
        parser.add_argument(
            f"--{name}", type=whole(f"--{name}", least, most), default=usual, metavar="N",
            help=f"{meaning} (default: {usual})",
        )  # fmt: skip


def _kind(text: str) -> str:
    if text not in KINDS:
        raise bad_value("--kind", text, "no such kind of corridor", KINDS)
    return text


def path(option: str) -> Callable[[str], Path]:
    """A file or folder as the user names it."""
    return lambda text: located(text, option)


def number(option: str, low: float, high: float) -> Callable[[str], float]:
    """A number in a range."""

    def value(text: str) -> float:
        try:
            read = float(text)
        except ValueError:
            read = float("nan")
        if not low <= read <= high:
            limits = "" if high == float("inf") else f" from {low:g} to {high:g}"
            raise LandbridgeError(f"{option}={text}: must be a number{limits}")
        return read

    return value


def whole(option: str, low: int, high: int) -> Callable[[str], int]:
    """A whole number in a range."""

    def value(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise LandbridgeError(f"{option}={text}: must be a whole number from {low} to {high}")
        return int(text)

    return value


def names_folder(arguments: argparse.Namespace) -> bool:
    """Whether the call says where results go, in the one way or the other."""
    by_hydra = [override for override in arguments.overrides if override.startswith(FOLDERS)]
    if by_hydra and arguments.out is not None:
        raise LandbridgeError(f"{by_hydra[0]}: the folder is named by --out too; leave one out")
    return bool(by_hydra) or arguments.out is not None


def job_of(arguments: argparse.Namespace, overrides: Sequence[str] | None = None) -> Job:
    """The settings of one scenario, and the folder of its results."""
    from sim.config.compose import compose_job

    given = arguments.overrides if overrides is None else overrides
    names_folder(arguments)
    job = compose_job(given, arguments.config_dir)
    if arguments.out is None:
        return job
    return replace(job, run_dir=arguments.out, is_dated=False)
