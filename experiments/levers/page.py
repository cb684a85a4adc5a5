"""Write the page of levers from their folders: `python page.py FOLDER PAGE_FOLDER`."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from sim.show.base.format import interval, number

KINDS = {"territory": "the baseline", "road": "`scenario=no_red_line`"}  # and where garrisons were
TOP = 8  # places in a table

HEAD = """# What moves P(corridor)

Three questions that one scenario or one sweep does not answer: which settings P depends on when all
vary at once, where it crosses a target, and which places are critical. `./run` asks them; what the
methods are is in [docs/statistics.md](../../docs/statistics.md) and
[docs/rare.md](../../docs/rare.md). All intervals are 95%."""


def main(folder: Path, page: Path) -> None:
    """Copy the figures and write README.md beside them."""
    parts = [HEAD, "## What P depends on", *(_sensitivity(folder, page, k) for k in KINDS)]
    parts += ["## Where P by road crosses 0.10"]
    parts += [_crossing(folder, page, one) for one in ("radius_km", "probability")]
    parts += ["## Critical places", *(_criticality(folder, page, kind) for kind in KINDS)]
    (page / "README.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _read(folder: Path, page: Path, part: str, name: str) -> tuple[dict[str, Any], str]:
    """What a command wrote, and its figure as the page shows it."""
    figure = f"{part}.png"
    shutil.copy(folder / part / f"{name}.png", page / figure)
    shutil.copy(folder / part / f"{name}.json", page / f"{part}.json")
    tree = json.loads((folder / part / f"{name}.json").read_text(encoding="utf-8"))
    return tree, f"![{part}]({figure})"


def _sensitivity(folder: Path, page: Path, kind: str) -> str:
    found, figure = _read(folder, page, f"sensitivity-{kind}", "sensitivity")
    inputs, replications = (
        found[f"variance_from_{part}"]["estimate"] for part in ("inputs", "replications")
    )
    rows = sorted(found["inputs"].items(), key=lambda one: -one[1]["total"]["estimate"])
    lines = ["| setting | range | first order | total | P at its low and high third |"]
    lines += ["|---|---|---|---|---|"]
    for name, one in rows:
        ends = " to ".join(f"{one[end]['estimate']:.3f}" for end in ("low", "high"))
        first, total = _index(one["first"]), _index(one["total"])
        lines.append(f"| {name} | {found['ranges'].get(name, '')} | {first} | {total} | {ends} |")
    return "\n\n".join(
        [
            f"**By {kind}**: P = {interval(found['p'])} over {found['points']} points of "
            f"{found['worlds_a_point']} worlds. Of the variance of a world's outcome "
            f"{inputs / (inputs + replications):.0%} comes from these settings and the rest from "
            "chance and the other inputs.",
            "\n".join(lines),
            "`dummy` does nothing: what its indices show is noise.",
            figure,
        ]
    )


def _index(found: dict[str, float | None]) -> str:
    """An index with its interval, whose ends may be unbounded."""
    low, high = ("-" if found[end] is None else f"{found[end]:.2f}" for end in ("low", "high"))
    return f"{found['estimate']:.2f} [{low}, {high}]"


def _crossing(folder: Path, page: Path, part: str) -> str:
    found, figure = _read(folder, page, f"solve-{part}", "solve")
    over = f"`{found['over']}`"
    if found["crossing"]["estimate"] is None:
        said = f"Over {over} it does not: {found['status']}."
    else:
        cross = found["crossing"]
        said = (
            f"Over {over} at {number(cross['estimate'])} "
            f"[{number(cross['low'])}, {number(cross['high'])}], "
            f"{found['worlds']} worlds a value ({cross['method']})."
        )
    return f"{said}\n\n{figure}"


def _criticality(folder: Path, page: Path, kind: str) -> str:
    found, figure = _read(folder, page, f"criticality-{kind}", "criticality")
    lines = ["| place | whose garrison | change of P, points | p, corrected |", "|---|---|---|---|"]
    for one in found["places"][:TOP]:
        lines.append(
            f"| {one['garrison']['place']} | {one['garrison']['faction']} | "
            f"{_points(one['difference'])} | {one['p_corrected']:.2g} |"
        )
    worlds = sum(found["places"][0]["table"].values())
    return "\n\n".join(
        [
            f"**By {kind}**, in {KINDS[kind]}: P = {interval(found['p_without'])} without; most "
            f"critical: {', '.join(found['most_critical']) or 'none'}. "
            f"{found['places'][0]['garrison']['fighters']} fighters at one place on the first day, "
            f"{worlds} paired worlds, {found['correction']}.",
            "\n".join(lines),
            f"The first {TOP} of {len(found['places'])} places.",
            figure,
        ]
    )


def _points(found: dict[str, float]) -> str:
    """A difference in percentage points."""
    estimate, low, high = (100 * found[key] for key in ("estimate", "low", "high"))
    return f"{estimate:+.1f} [{low:+.1f}, {high:+.1f}]"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
