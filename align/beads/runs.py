"""Runs of segments, and what a cell of two runs is held against: rivals, shared anchors, runners-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.beads.side import Side, window_sums
from align.types import Vectors

Floats = NDArray[np.float64]

TOP: Final = 10  # cells kept of each row and column, per shape
_RIVALS: Final = 3  # competitors outside the bead that a similarity is held against (as in margin scoring)
_NO_RIVAL: Final = 0.2  # similarity of unrelated segments, used where a document has no other segment
_TOPIC_PRIOR: Final = 5.0  # segments without topic assumed besides the document's


class Runs:
    """Runs of `width` segments of one side."""

    def __init__(self, side: Side, width: int) -> None:
        self.width = width
        self.lengths = window_sums(side.lengths, width)
        weighted = window_sums(side.vectors * side.lengths[:, None].astype(np.float32), width)
        norms = np.linalg.norm(weighted, axis=1, keepdims=True)
        self.vectors: Vectors = (weighted / np.maximum(norms, 1e-9)).astype(np.float32)
        self.own_vectors = _without_topic(self.vectors, side)
        self.facts = _unions(side.facts, width)
        self.names = _unions(side.names, width)


def _without_topic(vectors: Vectors, side: Side) -> Vectors:
    """Vectors less the mean of the document's segments; the mean of a short document counts less."""
    mean = side.vectors.sum(axis=0) / (len(side) + _TOPIC_PRIOR)
    rest = vectors - mean
    unit: Vectors = (rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return unit


def _unions(sets: Sequence[frozenset[str]], width: int) -> list[frozenset[str]]:
    return [frozenset().union(*sets[k : k + width]) for k in range(len(sets) - width + 1)]


def best_cells(similarity: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column numbers of cells among the TOP of their row or of their column."""
    n, m = similarity.shape
    keep = np.zeros((n, m), dtype=bool)
    if m <= TOP or n <= TOP:
        keep[:] = True
    else:
        columns = np.argpartition(-similarity, TOP, axis=1)[:, :TOP]
        keep[np.arange(n)[:, None], columns] = True
        rows = np.argpartition(-similarity, TOP, axis=0)[:TOP]
        keep[rows, np.arange(m)[None, :]] = True
    rows_kept, columns_kept = np.nonzero(keep)
    return rows_kept, columns_kept


def rivals(
    against: NDArray[np.float32], row: NDArray[np.intp], start: NDArray[np.intp], width: int
) -> tuple[Floats, Floats]:
    """Mean of the three best, and the best, similarity of a run to segments outside the bead.

    Args:
        against: [runs of this side, segments of the other].
        row: run of each candidate.
        start: first segment of the other side inside the bead.
        width: number of segments of the other side inside the bead.
    """
    best = min(_RIVALS + width, against.shape[1])
    order = np.argsort(-against, axis=1, kind="stable")[:, :best]
    values = np.take_along_axis(against, order, axis=1)[row].astype(np.float64)
    inside = (order[row] >= start[:, None]) & (order[row] < start[:, None] + width)
    used = ~inside & (np.cumsum(~inside, axis=1) <= _RIVALS)
    count = used.sum(axis=1)
    mean = np.where(count > 0, (values * used).sum(axis=1) / np.maximum(count, 1), _NO_RIVAL)
    first = np.where(count > 0, np.where(used, values, -1.0).max(axis=1), _NO_RIVAL)
    return mean, first


class Overlap:
    """Numbers of keys that two runs share and that only one has."""

    def __init__(self, vi: Sequence[frozenset[str]], en: Sequence[frozenset[str]]) -> None:
        numbers: dict[str, int] = {}
        common = frozenset().union(*vi) & frozenset().union(*en) if vi and en else frozenset()
        for key in sorted(common):
            numbers[key] = len(numbers)
        self._vi, self._en = _incidence(vi, numbers), _incidence(en, numbers)
        self._n_vi = np.array([len(keys) for keys in vi], dtype=np.float64)
        self._n_en = np.array([len(keys) for keys in en], dtype=np.float64)

    def count(self, i: NDArray[np.intp], j: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        """Keys shared, only Vietnamese, only English, for each cell (i, j)."""
        shared = np.einsum("ij,ij->i", self._vi[i], self._en[j]).astype(np.float64)
        return shared, self._n_vi[i] - shared, self._n_en[j] - shared


def _incidence(sets: Sequence[frozenset[str]], numbers: dict[str, int]) -> NDArray[np.float32]:
    table = np.zeros((len(sets), max(len(numbers), 1)), dtype=np.float32)
    for row, keys in enumerate(sets):
        for key in keys:
            if key in numbers:
                table[row, numbers[key]] = 1
    return table


def runner_up(scores: Floats) -> Floats:
    """The two best scores of each row: [n, 2]; the second is 0 where there is none."""
    padded = np.concatenate([scores, np.zeros((len(scores), 1))], axis=1)
    best: Floats = -np.sort(-padded, axis=1)[:, :2]
    return best


def other_best(own: Floats, best_two: Floats) -> Floats:
    """The best score of a row besides one's own."""
    other: Floats = np.where(own >= best_two[:, 0], best_two[:, 1], best_two[:, 0])
    return other
