"""What a sweep says, a few lines a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.show.base.digits import ranged_of

MOST_SHOWN = 60  # points; the rest are in the tables


def point_name(number: int, values: Mapping[str, str]) -> str:
    """A point by its number and the values it takes."""
    return " ".join([f"{number} ", *(f"{key}={value}" for key, value in values.items())]).rstrip()


def points_text(rows: Sequence[Mapping[str, Any]], most: int = MOST_SHOWN) -> str:
    """The first points, from the rows of `summary.json`, and how many more there are."""
    lines = [line for row in rows[:most] for line in _point_lines(row)]
    if len(rows) > most:
        lines.append(f"... and {len(rows) - most} more")
    return "\n".join(lines)


def _point_lines(row: Mapping[str, Any]) -> list[str]:
    name = point_name(row["point"], row["values"])
    if row["status"] == "failed":
        return [f"{name}  failed"]
    lines = [name]
    for kind, p in row.get("p_corridor", {}).items():
        mean, doubt = row["mean_days"][kind], row["doubt"][kind]
        text = f"    by {kind:<9}  P {ranged_of(p)}  median {row['median_date'][kind] or 'later'}"
        text += f"  mean {mean['estimate']:.0f} [{mean['low']:.0f}, {mean['high']:.0f}] days"
        if doubt["lowest"] is not None:
            ends = (f"{doubt[end]['estimate']:.3f}" for end in ("lowest", "highest"))
            text += f"  rules {'-'.join(ends)}"
        lines.append(text)
    return lines
