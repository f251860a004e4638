"""Intervals and p-values of anything that is a function of sums over segments.

Paired bootstrap (Koehn 2004) and approximate randomization (Riezler and Maxwell 2005) with the samples, seed and
p-value of sacrebleu.significance, so that figures agree; but one draw serves all systems and metrics, and sums are
matrix products.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.bench.records import Measure, Options, Score, Stats

Samples = dict[str, Stats]  # system -> figure of each bootstrap sample
_NOTHING: Final = 1e-9  # differences below it come of the order of additions
_CELLS: Final = 4_000_000  # of one block of weights: bounds memory at 32 MB


def scores(measure: Measure, baseline: str, options: Options, samples: Samples | None = None) -> list[Score]:
    """Score, interval and p-values of every system that has the measure.

    Args:
        measure: what is tested.
        baseline: system that the others are tested against.
        options: tests, samples, seed.
        samples: of `bootstrap`; drawn anew where they are not given.
    """
    samples = samples or bootstrap(measure, options)
    trials = _p_values_ar(measure, baseline, options) if "ar" in options.tests and baseline in measure.stats else {}
    found = []
    for system, rows in measure.stats.items():
        whole = _whole(measure, rows)
        low, high = _interval(samples[system])
        delta = p_value = None
        if system != baseline and baseline in measure.stats and len(rows) > 1:
            delta = whole - _whole(measure, measure.stats[baseline])
            bootstrapped = _p_value_bs(samples[system], samples[baseline], abs(delta))
            p_value = bootstrapped if options.tests[0] == "bs" else trials.get(system)
        found.append(
            Score(system, measure.name, whole, low, high, measure.signature, delta, p_value, trials.get(system))
        )
    return found


def pairwise(measure: Measure, samples: Samples) -> dict[tuple[str, str], float]:
    """Pair of systems -> p-value of their difference by paired bootstrap; both orders."""
    found = {}
    for first in samples:
        for second in samples:
            delta = abs(_whole(measure, measure.stats[first]) - _whole(measure, measure.stats[second]))
            p_value = _p_value_bs(samples[first], samples[second], delta) if first != second else None
            if p_value is not None:
                found[first, second] = p_value
    return found


def _whole(measure: Measure, rows: Stats) -> float:
    return measure.score(rows.sum(axis=0).tolist())


def _interval(values: Stats) -> tuple[float, float]:
    """Bounds of the middle 95%, one in forty cut off at each end, as sacrebleu's estimate_ci has them."""
    good = np.sort(values[~np.isnan(values)])
    if not len(good):
        return np.nan, np.nan
    cut = len(good) // 40
    return float(good[cut]), float(good[len(good) - cut - 1])


def bootstrap(measure: Measure, options: Options) -> Samples:
    """System -> figure of each bootstrap sample; all systems see the same samples."""
    n = len(next(iter(measure.stats.values())))
    figures: dict[str, list[float]] = {system: [] for system in measure.stats}
    for weights in _samples(n, options.samples, options.seed):
        for system, rows in measure.stats.items():
            figures[system] += map(measure.score, (weights @ rows).tolist())
    return {system: np.array(values) for system, values in figures.items()}


def _samples(n: int, samples: int, seed: int) -> Iterator[Stats]:
    """Blocks of samples, as how often each segment stands in them: float64 [block, n]."""
    rng = np.random.default_rng(seed)
    block = max(1, _CELLS // n)
    for start in range(0, samples, block):
        drawn = rng.choice(n, size=(min(block, samples - start), n), replace=True)
        yield np.stack([np.bincount(row, minlength=n) for row in drawn]).astype(np.float64)


def _p_value_bs(system: Stats, baseline: Stats, delta: float) -> float | None:
    differences = np.abs(system - baseline)
    differences = differences[~np.isnan(differences)]
    if not len(differences) or np.isnan(delta):
        return None
    return _p_value(differences - differences.mean(), delta)


def _p_value(statistics: Stats, real: float) -> float:
    # Where there is no difference nothing is to be told from chance; sacrebleu gives the least p-value there.
    if real < _NOTHING:
        return 1.0
    return (int((statistics > real).sum()) + 1) / (len(statistics) + 1)


def _p_values_ar(measure: Measure, baseline: str, options: Options) -> dict[str, float]:
    """System -> p-value: how often swapping translations by chance makes as large a difference."""
    base = measure.stats[baseline]
    found = {}
    for system, rows in measure.stats.items():
        if system == baseline:
            continue
        real = abs(_whole(measure, rows) - _whole(measure, base))
        differences: list[float] = []
        for swap in _swaps(len(rows), options.trials, options.seed):
            ours = swap @ base + (1.0 - swap) @ rows
            theirs = (1.0 - swap) @ base + swap @ rows
            pairs = zip(ours.tolist(), theirs.tolist(), strict=True)
            differences += (abs(measure.score(a) - measure.score(b)) for a, b in pairs)
        values = np.array(differences)
        values = values[~np.isnan(values)]
        if len(values) and not np.isnan(real):
            found[system] = _p_value(values, real)
    return found


def _swaps(n: int, trials: int, seed: int) -> Iterator[Stats]:
    """Blocks of random choices of a translation, float64 [block, n]."""
    rng = np.random.default_rng(seed)
    # Truth values are cut from words of 32 bits: blocks of 32 rows give the very numbers of one large draw.
    block = max(32, _CELLS // n // 32 * 32)
    for start in range(0, trials, block):
        drawn: NDArray[np.bool_] = rng.integers(2, size=(min(block, trials - start), n), dtype=bool)
        yield drawn.astype(np.float64)
