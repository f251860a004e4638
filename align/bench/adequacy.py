"""Reference-free adequacy: the cosine of source and translation by an encoder, and how it goes with chrF."""

from __future__ import annotations

import numpy as np

from align.bench import checks
from align.bench.records import Measure, Stats, TestSet
from align.text import nfc
from align.types import Encoder


def measure(test_set: TestSet, lines: dict[str, tuple[str, ...]], encoder: Encoder) -> Measure | None:
    """Mean cosine times 100, None where the source is not known.

    It sees words, not their order: a negation or a swap of who did what hardly shows.
    """
    if test_set.src is None:
        return None
    source = encoder.encode([nfc(text) for text in test_set.src])
    values: dict[str, Stats] = {}
    for system, texts in lines.items():
        vectors = encoder.encode([nfc(text) for text in texts])
        values[system] = 100.0 * np.einsum("ij,ij->i", source, vectors).astype(np.float64)
    return checks.mean("adequacy", f"cosine of source and translation|encoder:{encoder.signature}", values, "adequacy")


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
    for system, (a, b) in pools.items():
        if len(a) > 2 and np.ptp(a) > 0 and np.ptp(b) > 0:
            found[system] = (float(np.corrcoef(a, b)[0, 1]), float(spearmanr(a, b).statistic))
    return found
