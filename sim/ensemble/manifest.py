"""What made a run: versions, settings, seeds and code, so that it can be repeated and checked."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.ensemble.parts import write_whole
from sim.errors import LandbridgeError

FILE = "manifest.json"
INTERVAL_LEVEL = 0.95
_LIBRARIES = ("landbridge", "numpy", "numba", "mesa", "hydra-core", "omegaconf", "pyarrow")
_SIM = Path(__file__).resolve().parent.parent


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that results pass through."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def seed_hashes(seeds: Path, hex_km: float) -> dict[str, str]:
    """SHA-256 of every table in the seeds folder, leaving out maps of other hex sizes."""
    used = f"hexes_{hex_km:g}km.csv"
    return {
        file.relative_to(seeds).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(seeds.rglob("*.csv"))
        if not file.name.startswith("hexes_") or file.name == used
    }


def code_hash() -> str:
    """A hash of the code that decides what a world is: theatre, model and randomness."""
    digest = hashlib.blake2b(digest_size=16)
    files = [*(_SIM / "theatre").rglob("*.py"), *(_SIM / "model").rglob("*.py"), _SIM / "rng.py"]
    for file in sorted(files):
        digest.update(file.relative_to(_SIM).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def read(directory: Path) -> dict[str, Any] | None:
    """The manifest of a run folder, None if there is none."""
    try:
        found: dict[str, Any] = json.loads((directory / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise LandbridgeError(f"{directory / FILE}: not readable as JSON") from error
    return found


def write(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a run folder."""
    write_json(directory / FILE, manifest)


def write_json(file: Path, tree: Mapping[str, Any]) -> None:
    """Write JSON for people and programs, whole or not at all; numbers not finite become null."""
    text = json.dumps(finite(tree), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(file, lambda stream: stream.write(text.encode()))


def finite(tree: Any) -> Any:
    """A tree as JSON can hold it: None for numbers that are not finite."""
    if isinstance(tree, Mapping):
        return {key: finite(one) for key, one in tree.items()}
    if isinstance(tree, list | tuple):
        return [finite(one) for one in tree]
    return None if isinstance(tree, float) and not math.isfinite(tree) else tree


def refuse_other(
    directory: Path,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    setting: str = "hydra.run.dir",
) -> None:
    """Refuse to add worlds made from other seeds or code; raises LandbridgeError."""
    before, now = old.get("seeds", {}), new["seeds"]
    changed = [name for name in _union(before, now) if before.get(name) != now.get(name)]
    if changed:
        raise LandbridgeError(
            f"{setting}={directory}: holds worlds from other seeds "
            f"({', '.join(changed)} changed since); choose another folder"
        )
    if old.get("code") != new["code"]:
        raise LandbridgeError(
            f"{setting}={directory}: holds worlds from another version of the model "
            f"(landbridge {old.get('versions', {}).get('landbridge', '?')}, other code); "
            "choose another folder"
        )


def _union(a: Iterable[str], b: Iterable[str]) -> list[str]:
    return sorted({*a, *b})
