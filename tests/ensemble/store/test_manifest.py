from __future__ import annotations

import json
import math

from sim.ensemble.store.manifest import as_json


def test_numbers_that_are_not_finite_become_null() -> None:
    read = json.loads(as_json({"low": -1.0, "high": math.inf, "rows": [{"p": math.nan}, 2]}))
    assert read == {"low": -1.0, "high": None, "rows": [{"p": None}, 2]}
