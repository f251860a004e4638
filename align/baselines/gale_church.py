"""Gale and Church (1993): alignment by lengths alone. A baseline, and hard to beat on faithful translations.

A bead costs -log of how likely its shape is, times how unlikely its difference in length is; the cheapest path through
the whole grid wins. Every segment must stand on the path, so missing parts ruin it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.baselines.path import Shape, cheapest_path
from align.types import Bead

Floats = NDArray[np.float64]

# Share of each shape, from the paper's table 5 (1-1 .89, 1-0 or 0-1 .0099, 2-1 or 1-2 .089, 2-2 .011); shares of two
# directions are split between them.
_PRIORS: Final = {
    (1, 1): 0.89,
    (2, 1): 0.089 / 2,
    (1, 2): 0.089 / 2,
    (2, 2): 0.011,
}
_NULL_PRIOR: Final = 0.0099 / 2
_VARIANCE: Final = 6.8  # of the length difference, per character (the paper's s squared)


def align(vi_lengths: Sequence[float], en_lengths: Sequence[float]) -> list[Bead]:
    """Align two documents by the lengths of their segments in characters.

    The expected English length of a Vietnamese character is taken from the pair itself, as total over total.
    """
    vi, en = np.asarray(vi_lengths, dtype=np.float64), np.asarray(en_lengths, dtype=np.float64)
    ratio = en.sum() / vi.sum() if vi.sum() and en.sum() else 1.0
    costs: dict[Shape, Floats] = {
        (a, b): _length_cost(_runs(vi, a), _runs(en, b), ratio) - np.log(prior)
        for (a, b), prior in _PRIORS.items()
        if a <= len(vi) and b <= len(en)
    }
    nothing = np.zeros(1)
    vi_null = _length_cost(vi, nothing, ratio)[:, 0] - np.log(_NULL_PRIOR)
    en_null = _length_cost(nothing, en, ratio)[0] - np.log(_NULL_PRIOR)
    return cheapest_path(costs, vi_null, en_null)


def _runs(lengths: Floats, width: int) -> Floats:
    """Characters of every run of `width` segments."""
    total = np.concatenate([[0.0], np.cumsum(lengths)])
    runs: Floats = total[width:] - total[: len(total) - width]
    return runs


def _length_cost(vi: Floats, en: Floats, ratio: float) -> Floats:
    """-log of the chance of a difference at least as large: [vi runs, en runs]."""
    from scipy.special import log_ndtr

    mean = (vi[:, None] + en[None, :] / ratio) / 2
    delta = (en[None, :] - ratio * vi[:, None]) / np.sqrt(np.maximum(mean, 1.0) * _VARIANCE)
    cost: Floats = -(np.log(2.0) + log_ndtr(-np.abs(delta)))
    return cost
