"""The cheapest monotone path through the grid of two documents: the search that all classical aligners share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.types import Bead

Floats = NDArray[np.float64]
Shape = tuple[int, int]


@dataclass(frozen=True)
class Band:
    """The part of the lattice a path may use: in row i the columns `first[i]` to `last[i]`, both included.

    Attributes:
        first, last: int64 [n + 1].
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def whole(cls, n: int, m: int) -> Band:
        """Everything."""
        return cls(np.zeros(n + 1, dtype=np.int64), np.full(n + 1, m, dtype=np.int64))


def cheapest_path(
    costs: Mapping[Shape, Floats], vi_null: Floats, en_null: Floats, band: Band | None = None
) -> list[Bead]:
    """Beads of the cheapest path from corner to corner.

    Args:
        costs: shape (a, b), neither zero -> cost of the bead that starts at cell (i, j), [n - a + 1, m - b + 1].
        vi_null: cost of leaving each of the n Vietnamese segments alone.
        en_null: the same for the m English segments.
        band: lattice points a path may pass; all if None.

    Returns:
        All beads in order; null beads are those with an empty side.
    """
    n, m = len(vi_null), len(en_null)
    band = band or Band.whole(n, m)
    shapes = [(1, 0), *costs, (0, 1)]
    total = np.full((n + 1, m + 1), np.inf)
    step = np.full((n + 1, m + 1), -1, dtype=np.int8)
    total[0, 0] = 0.0
    along = np.concatenate([[0.0], np.cumsum(en_null)])
    for i in range(n + 1):
        row, how = total[i], step[i]
        if i:
            _relax(row, how, total[i - 1] + vi_null[i - 1], 0)
        for number, (a, b) in enumerate(costs, start=1):
            if i >= a and m >= b:
                _relax(row[b:], how[b:], total[i - a, : m - b + 1] + costs[a, b][i - a], number)
        row[: band.first[i]] = row[band.last[i] + 1 :] = np.inf
        # English nulls: the best total along a row is a running minimum, less what it cost to get there.
        _relax(row, how, np.minimum.accumulate(row - along) + along, len(shapes) - 1)
        row[band.last[i] + 1 :] = np.inf
    return _trace(step, shapes, n, m)


def _relax(total: Floats, step: NDArray[np.int8], found: Floats, number: int) -> None:
    better = found < total - 1e-11
    total[better], step[better] = found[better], number


def _trace(step: NDArray[np.int8], shapes: list[Shape], n: int, m: int) -> list[Bead]:
    beads = []
    while n or m:
        a, b = shapes[step[n, m]]
        beads.append(Bead(tuple(range(n - a, n)), tuple(range(m - b, m))))
        n, m = n - a, m - b
    return beads[::-1]
