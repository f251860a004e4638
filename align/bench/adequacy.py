"""Adequacy without reference: what `align score` says of source and translation, and how that goes with chrF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from align import __version__, scoring
from align.bench import checks
from align.bench.records import Measure, Stats, TestSet
from align.types import Encoder

_WORD: Final = re.compile(r"\w")
NOTE: Final = (
    "Adequacy is the mean quality, times 100, that align score gives source and translation: the probability that "
    "they are full translations of each other; similarity is their cosine by the encoder. Both see words, numbers and "
    "names, not grammar: a negation or a swap of who did what hardly shows."
)


def measures(test_set: TestSet, lines: dict[str, tuple[str, ...]], encoder: Encoder) -> list[Measure]:
    """Mean quality and mean cosine of source and translation, times 100; none where the source is not known."""
    if test_set.src is None:
        return []
    found = {system: _scores(test_set, texts, encoder) for system, texts in lines.items()}
    signature = f"align:{__version__}|pairs:source-translation|encoder:{encoder.signature}"
    return [
        checks.mean(name, f"what:{what}|{signature}", {s: rows[:, column] for s, rows in found.items()}, "adequacy")
        for column, (name, what) in enumerate((("adequacy", "quality*100"), ("similarity", "cosine*100")))
    ]


def _scores(test_set: TestSet, texts: Sequence[str], encoder: Encoder) -> Stats:
    """Quality and cosine of each segment, times 100: float64 [segments, 2]; 0 where a side has no word."""
    assert test_set.src is not None
    rows = np.zeros((len(texts), 2))
    there = [k for k, pair in enumerate(zip(test_set.src, texts, strict=True)) if all(map(_WORD.search, pair))]
    for start in range(0, len(there), scoring.POOL):
        pool = there[start : start + scoring.POOL]
        sides = [test_set.src[k] for k in pool], [texts[k] for k in pool]
        vi, en = sides if test_set.lang == "en" else sides[::-1]
        scores = scoring.score_pairs(vi, en, encoder)
        rows[pool] = [(100 * score.quality, 100 * score.similarity) for score in scores]
    return rows


def correlation(first: Measure, second: Measure) -> dict[str, tuple[float, float]]:
    """System -> Pearson and Spearman correlation of two measures over segments; "all" over all systems' segments.

    A system whose figures do not vary has none.
    """
    from scipy.stats import spearmanr

    found = {}
    pools = {system: (first.segments[system], second.segments[system]) for system in first.segments}
    if len(pools) > 1:
        columns = list(pools.values())
        pools["all"] = (np.concatenate([a for a, _ in columns]), np.concatenate([b for _, b in columns]))
    for system, (left, right) in pools.items():
        there = ~(np.isnan(left) | np.isnan(right))
        a, b = left[there], right[there]
        if len(a) > 2 and np.ptp(a) > 0 and np.ptp(b) > 0:
            found[system] = (float(np.corrcoef(a, b)[0, 1]), float(spearmanr(a, b).statistic))
    return found
