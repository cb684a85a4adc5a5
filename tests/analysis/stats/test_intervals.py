from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import bdtr, gammaln, ndtri
from scipy.stats import chi2

from sim.analysis.stats.intervals import (
    clopper_pearson,
    clustered_difference,
    effective_trials,
    holm,
    no_difference,
    paired_difference,
    paired_flags,
    share,
    sums_by_draw,
)

Z = float(ndtri(0.975))


def binomial(n: int, p: float) -> np.ndarray:
    """Probability of 0 to n successes."""
    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))


def test_known_clopper_pearson() -> None:
    assert clopper_pearson(0, 10) == pytest.approx((0.0, 1 - 0.025**0.1))
    assert clopper_pearson(10, 10) == pytest.approx((0.025**0.1, 1.0))
    assert clopper_pearson(4, 20) == pytest.approx((0.0573, 0.4366), abs=5e-5)


@given(n=st.integers(1, 500), k=st.integers(0, 500))
def test_clopper_pearson_inverts_the_binomial_test(n: int, k: int) -> None:
    k = min(k, n)
    low, high = clopper_pearson(k, n)
    assert low <= k / n <= high
    if k > 0:
        assert 1 - bdtr(k - 1, n, low) == pytest.approx(0.025)
    if k < n:
        assert bdtr(k, n, high) == pytest.approx(0.025)


@pytest.mark.parametrize("n", [5, 50, 400])
def test_clopper_pearson_covers_at_every_p(n: int) -> None:
    ends = np.array([clopper_pearson(k, n) for k in range(n + 1)])
    for p in np.linspace(0.002, 0.998, 200):
        covered = (ends[:, 0] <= p) & (p <= ends[:, 1])
        assert binomial(n, p)[covered].sum() >= 0.95


def test_share_of_worlds_that_share_draws_is_wider() -> None:
    flags = np.repeat(np.arange(60) % 2 == 0, 20)  # the draw decides all
    alone, clustered = share(flags), share(flags, per_draw=20)
    assert clustered.estimate == alone.estimate == 0.5
    assert clustered.high - clustered.low > 4 * (alone.high - alone.low)
    assert "Clopper-Pearson" in alone.method
    assert "Korn-Graubard" in clustered.method


def test_share_when_no_variance_can_be_seen() -> None:
    never = np.zeros(400, np.bool_)
    assert share(never, per_draw=20).high == pytest.approx(clopper_pearson(0, 20)[1])
    assert share(never, per_draw=400).high > 0.9
    assert share(never).high < 0.01


def test_share_among_some_worlds() -> None:
    flags, among = np.array([1, 0, 1, 0], bool), np.array([1, 1, 0, 0], bool)
    assert share(flags, among=among).estimate == 0.5
    nothing = share(flags, among=np.zeros(4, bool))
    assert math.isnan(nothing.estimate)
    assert (nothing.low, nothing.high) == (0.0, 1.0)


def test_clustered_interval_covers() -> None:
    """Beta-distributed P over 40 draws of 10 worlds: coverage within error of 95%."""
    luck, truth, tries = np.random.default_rng(5), 0.3, 800
    p = luck.beta(0.3 * 4, 0.7 * 4, (tries, 40))
    flags = luck.random((tries, 40, 10)) < p[:, :, None]
    covered = alone = 0
    for world in flags.reshape(tries, -1):
        found, naive = share(world, 10), share(world)
        covered += found.low <= truth <= found.high
        alone += naive.low <= truth <= naive.high
    assert 0.93 < covered / tries < 0.985
    assert alone / tries < 0.85  # what ignoring the draws would give


def test_effective_trials_of_independent_worlds_is_about_all() -> None:
    flags = np.random.default_rng(2).random(40_000) < 0.3
    by_draw = sums_by_draw(flags, 10)
    assert effective_trials(by_draw, np.full(4000, 10), 0.95) == pytest.approx(40_000, rel=0.06)


def test_per_draw_takes_a_short_last_draw() -> None:
    assert sums_by_draw(np.ones(7, bool), 3).tolist() == [3, 3, 1]


def quartic(b: int, c: int, n: int) -> tuple[float, float]:
    """Tango's limits in closed form: Yang, Sun and Hardin (2013), doi:10.1002/sim.5560."""
    g, d = Z**2, b - c
    roots = np.roots(
        [
            n**2 * (n / g + 1) ** 2,
            -n * d * (n / g + 1) * (4 * n / g + 1),
            2 * n * d**2 * (3 * n / g + 2) / g - n**2 * ((b + c) / g + 1),
            n * d * (2 * (b + c) / g + 1) - d**3 * (4 * n / g + 1) / g,
            d**2 * (d**2 / g - (b + c)) / g,
        ]
    )
    real = roots[np.abs(roots.imag) < 1e-7].real
    return float(real.min()), float(real.max())


@pytest.mark.parametrize(
    ("b", "c", "n"), [(40, 20, 160), (1, 7, 21), (12, 2, 50), (3, 0, 1000), (250, 180, 1000)]
)
def test_tango_agrees_with_its_closed_form(b: int, c: int, n: int) -> None:
    found = paired_difference(b, c, n)
    assert (found.low, found.high) == pytest.approx(quartic(b, c, n), abs=1e-6)
    assert found.estimate == (b - c) / n


def test_tango_published_example() -> None:
    """Bentur et al. (2009) as in Fagerland, Lydersen and Laake (2014), doi:10.1002/sim.6148."""
    found = paired_difference(1, 7, 21)
    assert (found.low, found.high) == pytest.approx((-0.517, -0.026), abs=1e-3)


@given(b=st.integers(0, 60), c=st.integers(0, 60), rest=st.integers(0, 500))
def test_tango_is_antisymmetric_and_holds_its_estimate(b: int, c: int, rest: int) -> None:
    n = max(1, b + c + rest)
    one, other = paired_difference(b, c, n), paired_difference(c, b, n)
    assert -1 <= one.low <= one.estimate <= one.high <= 1
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-9)
    assert one.high > one.low


@pytest.mark.parametrize(
    ("gain", "loss", "n"), [(0.1, 0.05, 200), (0.02, 0.0, 500), (0.3, 0.1, 60), (0.01, 0.01, 1000)]
)
def test_tango_covers(gain: float, loss: float, n: int) -> None:
    luck, tries = np.random.default_rng(11), 1500
    counts = luck.multinomial(n, [gain, loss, 1 - gain - loss], tries)
    covered = 0
    for b, c, _ in counts:
        found = paired_difference(int(b), int(c), n)
        covered += found.low <= gain - loss <= found.high
    assert 0.935 <= covered / tries <= 0.985


def test_p_is_of_mcnemars_score() -> None:
    assert no_difference(0, 0) == no_difference(5, 5) == 1.0
    for b, c in ((0, 5), (1, 7), (7, 1), (30, 52)):
        assert no_difference(b, c) == pytest.approx(chi2.sf((b - c) ** 2 / (b + c), 1))


@given(b=st.integers(0, 60), c=st.integers(0, 60), rest=st.integers(0, 500))
def test_p_and_interval_never_contradict_each_other(b: int, c: int, rest: int) -> None:
    gains = np.repeat([True, False, False], [b, c, rest + 1])
    losses = np.repeat([False, True, False], [b, c, rest + 1])
    for per_draw in (1, 2, 3):
        found, p = paired_flags(losses, gains, per_draw)
        assert (p < 0.05) == (found.low > 0.0 or found.high < 0.0) or p == pytest.approx(0.05)


def test_clustered_difference_covers_and_tests() -> None:
    luck, tries, covered, rejected = np.random.default_rng(4), 1000, 0, 0
    for _ in range(tries):
        effect = luck.normal(0.0, 2.0, 40).round().astype(np.int64)
        sides = np.maximum(effect, 0), np.maximum(-effect, 0)
        interval, p = clustered_difference(*sides, np.full(40, 10))
        covered += interval.low <= 0.0 <= interval.high
        rejected += p < 0.05
    assert covered / tries == pytest.approx(0.95, abs=0.02)
    assert abs(covered + rejected - tries) <= 0.02 * tries
    assert clustered_difference(*np.array([[3], [0], [10]]))[1] == 1.0


@pytest.mark.parametrize(("flip", "draws", "alike"), [(0.01, 150, 0.5), (0.05, 100, 1.0)])
def test_a_difference_of_few_flips_is_covered_where_draws_are_shared(
    flip: float, draws: int, alike: float
) -> None:
    """Few draws flip at all, so that the mean over draws is far from normal."""
    luck, tries, covered = np.random.default_rng(5), 1000, 0
    for _ in range(tries):
        own, shared = luck.random((draws, 2)), np.repeat(luck.random((draws, 1)), 2, axis=1)
        gains = np.where(np.repeat(luck.random((draws, 1)) < alike, 2, axis=1), shared, own) < flip
        interval, _ = paired_flags(np.zeros(2 * draws, bool), gains.ravel(), 2)
        covered += interval.low <= flip <= interval.high
    assert covered / tries >= 0.93


def test_draws_that_are_all_alike_leave_an_interval() -> None:
    nothing, all_of_them = np.zeros(60, bool), np.ones(60, bool)
    same, p = paired_flags(nothing, nothing, 2)
    assert same.high == pytest.approx(-same.low)
    assert 0.05 < same.high < 0.2
    assert p == 1.0
    gained, p = paired_flags(nothing, all_of_them, 2)
    assert 0.7 < gained.low < gained.high == gained.estimate == 1.0
    assert p < 1e-6


def test_pairs_of_some_worlds_alone() -> None:
    luck = np.random.default_rng(6)
    first, second, among = luck.random((3, 200)) < 0.5
    for per_draw in (1, 2):
        whole, _ = paired_flags(first, second, per_draw, among)
        assert whole.estimate == pytest.approx(second[among].mean() - first[among].mean())
    some, p = paired_flags(first, second, 1, among)
    assert (some, p) == paired_flags(first[among], second[among])


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
