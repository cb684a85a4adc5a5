from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from sim.show.base.png import write


def test_a_picture_is_read_back_as_it_was_without_alpha(tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (13, 7, 4), dtype=np.uint8)
    for name in ("a.png", "b.png"):
        with (tmp_path / name).open("wb") as stream:
            write(memoryview(picture), stream, 150)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as found:
        assert found.mode == "RGB"
        assert np.array_equal(np.asarray(found), picture[..., :3])
        assert round(found.info["dpi"][0]) == 150
        assert found.info["Software"] == "landbridge"
