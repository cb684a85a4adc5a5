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

from sim import disk
from sim.config import saved
from sim.errors import LandbridgeError
from sim.outside import packages
from sim.paths import shown, theatre_folder
from sim.theatre.spec import FILE as SPEC
from sim.theatre.spec import theatre_spec

FILE = "manifest.json"
_CHECK_SUM = "checksum"
INTERVAL_LEVEL = 0.95
_LIBRARIES = ("landbridge", "numpy", "numba", "mesa", "hydra-core", "omegaconf", "pyarrow")
_BELOW = {"python", *_LIBRARIES} - {"landbridge"}  # what the model's code does not depend on
_SIM = Path(__file__).resolve().parents[2]


def versions() -> dict[str, str]:
    """Versions of Python and of all that results pass through, outside packages with a hash."""
    return {**_libraries(), **packages()}


@cache
def _libraries() -> dict[str, str]:
    versions_of = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            versions_of[name] = version(name)
        except PackageNotFoundError:
            versions_of[name] = "not installed"
    return versions_of


def seed_hashes(seeds: Path, hex_km: float) -> dict[str, str]:
    """SHA-256 of every table of a theatre, leaving out maps of other hex sizes."""
    used = f"hexes_{hex_km:g}km.csv"
    files = [
        file
        for file in sorted(seeds.rglob("*.csv"))
        if not file.name.startswith("hexes_") or file.name == used
    ]
    files += [file for file in (seeds / SPEC,) if file.is_file()]
    hashes = {
        file.relative_to(seeds).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }
    return {**hashes, **_borrowed(seeds)}


def _borrowed(seeds: Path) -> dict[str, str]:
    """The same of the fits of another theatre, where this one takes its inputs from there."""
    lent = theatre_spec(seeds).posterior if (seeds / SPEC).is_file() else None
    if lent is None:
        return {}
    other = theatre_folder(lent.theatre)
    return {
        f"{lent.theatre}/{file.relative_to(other).as_posix()}": hashlib.sha256(
            file.read_bytes()
        ).hexdigest()
        for file in sorted(other.glob(f"posterior/*/{lent.until}.csv"))
    }


def code_hash() -> str:
    """A hash of the code that decides what a world is: theatre, model, randomness, objectives."""
    digest = hashlib.blake2b(digest_size=16)
    files = [*(_SIM / "theatre").rglob("*.py"), *(_SIM / "model").rglob("*.py"), _SIM / "rng.py"]
    for file in sorted(files):
        digest.update(file.relative_to(_SIM).as_posix().encode() + b"\0" + file.read_bytes())
    for name, made in packages().items():
        digest.update(f"{name} {made}".encode())
    return digest.hexdigest()


def read(directory: Path) -> dict[str, Any] | None:
    """The manifest of a folder, None if there is none or it is not as it was written."""
    try:
        raw = (directory / FILE).read_bytes()
        stored = json.loads(raw)
        del stored[_CHECK_SUM]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return stored if raw == _signed(stored) else None


def write(directory: Path, manifest: Mapping[str, Any], sync: bool = True) -> None:
    """Write the manifest of a folder, with its own check sum."""
    disk.write(directory / FILE, _signed(finite(manifest)), sync)


def _signed(manifest: Mapping[str, Any]) -> bytes:
    digest = hashlib.sha256(as_json(manifest)).hexdigest()
    return as_json({**manifest, _CHECK_SUM: digest})


def as_json(tree: Mapping[str, Any]) -> bytes:
    """JSON for people and programs; numbers that are not finite become null."""
    text = json.dumps(finite(tree), indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def finite(tree: Any) -> Any:
    """A tree as JSON can hold it: None for numbers that are not finite."""
    if isinstance(tree, Mapping):
        return {key: finite(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [finite(value) for value in tree]
    return None if isinstance(tree, float) and not math.isfinite(tree) else tree


def refuse_other(
    directory: Path,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    setting: str = "--out",
) -> None:
    """Refuse to add worlds made from other seeds or code; raises LandbridgeError."""
    before, now = old.get("seeds", {}), new["seeds"]
    changed = [name for name in _union(before, now) if before.get(name) != now.get(name)]
    if changed:
        raise LandbridgeError(
            f"{setting}={shown(directory)}: holds worlds from other seeds "
            f"({', '.join(changed)} changed since); choose another folder"
        )
    if other := other_code(old, {**new, "versions": versions()}):
        raise LandbridgeError(
            f"{setting}={shown(directory)}: holds worlds from another version of the model "
            f"({other}); choose another folder"
        )


def other_code(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What differs between the code of two manifests, in words; '' if nothing does."""
    if old.get("code") == new.get("code"):
        return ""
    made = [
        {name: made for name, made in stored.get("versions", {}).items() if name not in _BELOW}
        for stored in (old, new)
    ]
    version = made[0].get("landbridge", "?")
    return ", ".join(saved.differences(*made)) or f"landbridge {version}, other code"


def _union(a: Iterable[str], b: Iterable[str]) -> list[str]:
    return sorted({*a, *b})
