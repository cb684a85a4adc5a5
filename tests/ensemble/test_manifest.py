from __future__ import annotations

import json
import math
from pathlib import Path

from sim.ensemble.manifest import write_json


def test_numbers_that_are_not_finite_become_null(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"low": -1.0, "high": math.inf, "rows": [{"p": math.nan}, 2]})
    read = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert read == {"low": -1.0, "high": None, "rows": [{"p": None}, 2]}
