from __future__ import annotations

import pytest

from sim.show.page.svg import element, line, short, steps


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.04, "0"), (0.5, ".5"), (-0.5, "-.5"), (10.05, "10.1"), (100.0, "100")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert short(value) == text


def test_all_that_goes_in_is_escaped() -> None:
    made = element("text", "a<b", class_='"x', x=1.25)
    assert made == '<text class="&#34;x" x="1.25">a&lt;b</text>'
    assert element("g", made) == f"<g>{made}</g>"  # once


def test_lines_go_in_steps_that_do_not_drift() -> None:
    points = [(0.04 * k, 0.0) for k in range(101)]
    moves = line(points).partition("l")[2].split()
    assert sum(float(one) for one in moves[::2]) == pytest.approx(4.0)
    assert steps([(0.0, 1.0), (2.0, 3.0)]) == "M0 1H2V3"
