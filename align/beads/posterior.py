"""Posteriors of candidate beads by forward-backward (Rabiner 1989) over all forward chains of a document pair.

A chain weighs the product of the odds of its beads; nulls weigh one. The posterior of a bead is the share of all that
weight that runs through it: what is left of its odds once rivals have been heard.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.beads.candidates import Candidates
from align.beads.runs import Floats

_NOTHING: Final = -1e30  # logarithm of no weight at all; infinities would make not-a-numbers
_SUREST: Final = 12.0  # log-odds beyond which a posterior says nothing that floats could hold


def posteriors(candidates: Candidates, log_odds: Floats, n: int, m: int) -> Floats:
    """Posterior of each candidate, float64 [len(candidates)] in [0, 1].

    Args:
        candidates: of one document pair.
        log_odds: of each.
        n: Vietnamese segments.
        m: English segments.
    """
    if not len(candidates):
        return np.zeros(0)
    start = candidates.i, candidates.j
    end = candidates.vi_end, candidates.en_end
    before = _forward(start, end, log_odds, (n, m))
    # The weight of what follows is that of what goes before in the documents read from their ends.
    mirrored = _forward((n - end[0], m - end[1]), (n - start[0], m - start[1]), log_odds, (n, m))
    after = mirrored[::-1, ::-1]
    share: Floats = np.exp(np.minimum(before[start] + log_odds + after[end] - before[n, m], 0.0))
    return share


def log_odds_of(posterior: Floats) -> Floats:
    """Log-odds of posteriors, within reason."""
    clipped = np.clip(posterior, np.exp(-_SUREST), 1 - np.exp(-_SUREST))
    odds: Floats = np.log(clipped) - np.log1p(-clipped)
    return odds


def _forward(
    start: tuple[NDArray[np.intp], NDArray[np.intp]],
    end: tuple[NDArray[np.intp], NDArray[np.intp]],
    log_odds: Floats,
    size: tuple[int, int],
) -> Floats:
    """Log weight of all chains up to each lattice point: [n + 1, m + 1].

    Between two beads Vietnamese nulls come first, then English ones, so that each chain is counted once: `free` holds
    chains that have no English null since their last bead, the result those with any number of them.
    """
    n, m = size
    total = np.full((n + 1, m + 1), _NOTHING)
    order = np.argsort(end[0], kind="stable")
    opens = np.searchsorted(end[0][order], np.arange(n + 2))
    free = np.full(m + 1, _NOTHING)
    free[0] = 0.0
    for i in range(n + 1):
        rows = order[opens[i] : opens[i + 1]]
        if len(rows):
            np.logaddexp.at(free, end[1][rows], total[start[0][rows], start[1][rows]] + log_odds[rows])
        np.logaddexp.accumulate(free, out=total[i])
    return total
