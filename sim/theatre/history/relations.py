"""Who fights whom and who shares ground, as needed to read positions from reports.

These are the reported relations of 2015 to 2017 for setting the scene only; how relations
evolve in a run is the model's business and stands in config.
"""

from __future__ import annotations

import datetime

# May stand on each other's ground: reported in joint operations or under one command.
FRIENDS = (
    ("isf", "peshmerga"),  # Mosul from October 2016, see `PARTED`
    ("isf", "pmf"),  # the units are paid and tasked by Baghdad
    ("pmf", "regime"),  # Iraqi militias fight beside the government in Syria
    ("rebels", "tanf"),  # eastern Qalamoun and the Badia
    ("rebels", "turkey"),  # Euphrates Shield
)
# Friends until the day before: federal forces enter Kirkuk.
PARTED = {("isf", "peshmerga"): datetime.date(2017, 10, 16)}
# Besides isis, which is at war with everyone.
AT_WAR = (
    ("rebels", "regime"),
    ("regime", "tanf"),
    ("regime", "turkey"),
    ("sdf", "turkey"),
)


def same_side(a: str, b: str, day: datetime.date) -> bool:
    """Whether forces of `a` may stand on ground of `b` on a day."""
    pair = (min(a, b), max(a, b))
    return a == b or (pair in FRIENDS and day < PARTED.get(pair, datetime.date.max))


def at_war(a: str, b: str) -> bool:
    """Whether `a` and `b` fight wherever they meet."""
    return a != b and ("isis" in (a, b) or (min(a, b), max(a, b)) in AT_WAR)
