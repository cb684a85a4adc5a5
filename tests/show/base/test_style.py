from __future__ import annotations

import io

from sim.show.base.style import page, styled


def test_a_title_is_no_formula() -> None:
    with styled():
        figure = page()
        figure.text(0.5, 0.5, "日 $a_$ and $\\nothing{$")
        figure.savefig(io.BytesIO(), format="png")
