"""What counts as a corridor: the names of its definitions, wherever they are columns or keys."""

from __future__ import annotations

from datetime import date

EPOCH = date(1970, 1, 1)  # dates of tables are days since this one

# In the order of the model's arrays; `clear` is a road whose countryside is held too.
WAYS = ("road", "territory", "clear")
# The two that are estimated, compared and drawn throughout.
KINDS = ("road", "territory")
DEFINITIONS = {
    "road": "every town on a paved road",
    "clear": "and the countryside beside it",
    "territory": "over any ground",
}
# `opened`: on some day by the horizon; `formed`: from a day by the horizon on for
# `corridor.hold_days` in a row, followed beyond it.
STAGES = ("opened", "formed")
