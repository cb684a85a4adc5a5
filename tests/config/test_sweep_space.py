from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config.sweep_space import Interval, Space, Values, space
from sim.errors import LandbridgeError


def test_values_follow_hydras_grammar() -> None:
    found = space(["scenario=a,b", "x=choice(1,2)", "z=range(0,10,5)", "y=[1,2]", "~w"])
    assert found.overrides == (
        Values("scenario", ("a", "b")),
        Values("x", ("1", "2")),
        Values("z", ("0", "5")),
        "y=[1,2]",
        "~w",
    )
    assert found.fixed == ["y=[1,2]", "~w"]
    assert found.line(["a", "2", "5"]) == ["scenario=a", "x=2", "z=5", "y=[1,2]", "~w"]


def test_steps_of_a_range_are_what_one_would_type() -> None:
    (found,) = space(["x=range(0.1,0.45,0.1)"]).dimensions
    assert found == Values("x", ("0.1", "0.2", "0.3", "0.4"))
    (found,) = space(["x=range(0,2000001,1000000)"]).dimensions
    assert found == Values("x", ("0", "1000000", "2000000"))


def test_intervals() -> None:
    found = space(["a=interval(0,1)", "b=int(interval(3,9))", "c=tag(log,interval(1,100))"])
    assert found.dimensions == [
        Interval("a", 0.0, 1.0, whole=False, log=False),
        Interval("b", 3.0, 9.0, whole=True, log=False),
        Interval("c", 1.0, 100.0, whole=False, log=True),
    ]


def test_globs_name_the_options_of_a_group(small: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "scenario"
    own.mkdir(parents=True)
    (own / "tanf_mine.yaml").touch()
    (found,) = space(["scenario=glob([tanf*],exclude=*ced)"], own.parent).dimensions
    assert found == Values("scenario", ("tanf_mine", "tanf_withdrawal"))
    with pytest.raises(LandbridgeError, match=r"scenario=glob\(x\*\): no option"):
        space(["scenario=glob(x*)"])


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("x", "not an override"),
        ("a=interval(1,1)", "ends rise"),
        ("a=tag(log,interval(0,1))", "begin above 0"),
        ("executor.threads=1,2", "cannot be swept"),
        ("design=lhs,sobol", "cannot be swept"),
        ("hydra.run.dir=a,b", "cannot be swept"),
    ],
)
def test_what_cannot_be_swept(override: str, said: str) -> None:
    with pytest.raises(LandbridgeError, match=said):
        space([override])


def test_a_key_is_swept_once() -> None:
    with pytest.raises(LandbridgeError, match="a: is swept twice"):
        space(["a=1,2", "a=3,4"])
    with pytest.raises(LandbridgeError, match="a: is swept and has one value as well"):
        space(["a=1,2", "+a=3"])


@pytest.mark.parametrize("text", ["tag(log,int(interval(1,300)))", "int(tag(log,interval(1,300)))"])
def test_the_logarithm_of_whole_numbers_is_covered_evenly(text: str) -> None:
    (found,) = space([f"a={text}"]).dimensions
    assert isinstance(found, Interval)
    values = [int(found.at((k + 0.5) / 1000)) for k in range(1000)]
    assert (values[0], values[-1]) == (1, 300)
    assert 15 <= sorted(values)[500] <= 19  # half of them below the root of 1 x 301, not below 150


@given(low=st.integers(-50, 50), size=st.integers(1, 50), share=st.floats(0, 1, exclude_max=True))
def test_whole_numbers_take_both_ends_and_no_more(low: int, size: int, share: float) -> None:
    interval = Interval("a", low, low + size, whole=True, log=False)
    assert low <= int(interval.at(share)) <= low + size
    assert int(interval.at(0.0)) == low
    assert int(interval.at(1.0 - 1e-9)) == low + size


@given(share=st.floats(0, 1, exclude_max=True))
def test_a_logarithm_is_covered_evenly(share: float) -> None:
    value = float(Interval("a", 0.01, 100.0, whole=False, log=True).at(share))
    assert value == pytest.approx(0.01 * 10 ** (4 * share), rel=1e-5)


def test_nothing_swept_is_one_point() -> None:
    assert Space(("a=1",)).line([]) == ["a=1"]


def test_globs_name_the_options_of_the_theatre_that_is_chosen() -> None:
    (scenarios,) = space(["scenario=glob(*)", "theatre=archipelago"]).dimensions
    assert scenarios.values == ("baseline", "keep_falls")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x=range(1,1e9)", "1e.09 points, more than the 20000"),
        ("x=shuffle(range(1,1000000000))", "1e.09 points"),
        ("x=range(0,1,1e-9)", "1e.09 points"),
        ("x=range(1,inf)", "must be a range of finite numbers"),
        ("x=range(1,nan)", "must be a range of finite numbers"),
        ("x=range(3,1)", "has no value"),
        ("x=shuffle()", "has no value"),
        ("x=range(1,2,0)", "must be a range of finite numbers"),
    ],
)
def test_a_range_is_counted_before_it_is_written_out(text: str, said: str) -> None:
    with pytest.raises(LandbridgeError, match=said):
        space([text])


def test_a_range_may_go_down() -> None:
    assert space(["x=range(3,1,-1)"]).dimensions == [Values("x", ("3", "2"))]
    assert len(space(["x=range(0,20000)"]).dimensions[0].values) == 20_000
