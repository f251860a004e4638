"""Runs of segments, stacked by kind, and what a cell of two runs is held against.

A run is one to four neighbors, or two segments with a stranger between them: a caption, a line to read more. Tables
over runs have the axes [kind, first segment]; tables over pairs of runs [vi kind, first vi segment, en kind, first en
segment]. All shapes are computed at once; runs that would pass the end are padding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align.beads.side import Side
from align.types import Vectors

Floats = NDArray[np.float64]
Grid = NDArray[np.float32]  # [A, n, B, m]
Ints = NDArray[np.intp]

KINDS: Final = ((0,), (0, 1), (0, 1, 2), (0, 1, 2, 3), (0, 2))  # offsets of the segments of a run
GAPPED: Final = 4  # the kind with a gap
COUNT: Final = np.array([len(kind) for kind in KINDS])
SPAN: Final = np.array([kind[-1] + 1 for kind in KINDS])
_MAX_SEGMENTS: Final = 5  # on both sides of a bead together; with a gap, one on the other side
TOP: Final = 10  # cells kept of each row and column, per shape
PADDING: Final = -2.0  # below any cosine
_RIVALS: Final = 3  # competitors outside the bead that a similarity is held against (as in margin scoring)
_NO_RIVAL: Final = 0.2  # similarity of unrelated segments, used where a document has no other segment
_LEAST_RIVAL: Final = -1.0  # no best rival counts less, where segments enough are there
_TOPIC_PRIOR: Final = 5.0  # segments without topic assumed besides the document's


def kind_of(segments: Sequence[int]) -> int:
    """Kind of the run that some ascending segments make.

    Raises:
        ValueError: they make none.
    """
    return KINDS.index(tuple(segment - segments[0] for segment in segments))


class Runs:
    """All runs of one side.

    Attributes:
        lengths: characters, float64 [kinds, n].
        vectors, own_vectors: float32 [kinds, n, dim], the latter without what the document's segments share.
        valid: whether the run ends within the document, bool [kinds, n].
    """

    def __init__(self, side: Side) -> None:
        n = len(side)
        self.valid: NDArray[np.bool_] = np.arange(n)[None, :] + SPAN[:, None] <= n
        self.lengths = run_sums(side.lengths)
        self.vectors = _unit(run_sums(side.vectors * side.lengths[:, None].astype(np.float32)))
        # The mean of a short document counts less.
        topic = side.vectors.sum(axis=0) / (n + _TOPIC_PRIOR)
        self.own_vectors = _unit(self.vectors - topic)


def _unit(rows: NDArray[Any]) -> Vectors:
    norms = np.sqrt(np.einsum("...i,...i->...", rows, rows))[..., None]
    unit: Vectors = (rows / np.maximum(norms, 1e-9)).astype(np.float32)
    return unit


def run_sums(rows: NDArray[Any]) -> NDArray[Any]:
    """Sums of the rows of runs: [n, ...] -> [kinds, n, ...]; runs past the end sum what there is."""
    sums = np.repeat(rows[None], len(KINDS), axis=0)
    for kind, offsets in enumerate(KINDS):
        for offset in offsets[1:]:
            sums[kind, :-offset] += rows[offset:]
    return sums


def run_maxima(rows: NDArray[Any]) -> NDArray[Any]:
    """Maxima of the rows of runs: [n, ...] -> [kinds, n, ...]; runs past the end take what there is."""
    maxima = np.repeat(rows[None], len(KINDS), axis=0)
    for kind, offsets in enumerate(KINDS):
        for offset in offsets[1:]:
            np.maximum(maxima[kind, :-offset], rows[offset:], out=maxima[kind, :-offset])
    return maxima


def run_minima(rows: NDArray[Any]) -> NDArray[Any]:
    """Minima of the rows of runs: [n, ...] -> [kinds, n, ...]; runs past the end take what there is."""
    minima: NDArray[Any] = -run_maxima(-rows)
    return minima


def products(vi: NDArray[np.float32], en: NDArray[np.float32]) -> Grid:
    """Scalar products of [A, n, dim] and [B, m, dim] as [A, n, B, m], in one multiplication."""
    rows, columns = vi.shape[:2], en.shape[:2]
    flat = vi.reshape(rows[0] * rows[1], vi.shape[2]) @ en.reshape(columns[0] * columns[1], en.shape[2]).T
    grid: Grid = flat.reshape(*rows, *columns)
    return grid


def valid_cells(vi: Runs, en: Runs) -> NDArray[np.bool_]:
    """Cells of two runs within the documents whose shape may be a bead: [A, n, B, m]."""
    small = COUNT[:, None] + COUNT[None, :] <= _MAX_SEGMENTS
    small[GAPPED, 1:] = small[1:, GAPPED] = False
    allowed: NDArray[np.bool_] = vi.valid[:, :, None, None] & en.valid[None, None] & small[:, None, :, None]
    return allowed


def best_cells(similarity: Grid, valid: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints, Ints]:
    """Valid cells among the TOP of their row or of their column, shape by shape.

    Args:
        similarity: [A, n, B, m], PADDING where not valid.
        valid: the same shape.

    Returns:
        Indexes along the four axes, ordered by shape, then place.
    """
    _, n, _, m = similarity.shape
    keep = np.zeros(similarity.shape, dtype=bool)
    rows = np.argpartition(-similarity, min(TOP, m) - 1, axis=3)[..., :TOP]
    np.put_along_axis(keep, rows, values=True, axis=3)
    columns = np.argpartition(-similarity, min(TOP, n) - 1, axis=1)[:, :TOP]
    np.put_along_axis(keep, columns, values=True, axis=1)
    a, b, i, j = np.nonzero((keep & valid).transpose(0, 2, 1, 3))
    return a, i, b, j


def rivals(against: NDArray[np.float32], run: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> tuple[Floats, Floats]:
    """Mean of the three best, and the best, similarity of a run to segments outside the bead.

    Args:
        against: [kinds of this side, runs, segments of the other].
        run: kind and first segment of each candidate on this side.
        other: the same on the other side.
    """
    kind, start = other
    best = min(_RIVALS + max(COUNT), against.shape[2])
    order = np.ascontiguousarray(np.argsort(-against, axis=2, kind="stable")[..., :best][run].T)
    end, inner = start + SPAN[kind], np.where(kind == GAPPED, start + 1, -1)
    count, total = np.zeros(len(start), dtype=np.intp), np.zeros(len(start))
    first = np.zeros(len(start), dtype=against.dtype)
    for segment in order:  # from the most similar on
        value = against[*run, segment]
        used = ((segment < start) | (segment >= end) | (segment == inner)) & (count < _RIVALS)
        np.copyto(first, value, where=used & (count == 0))
        np.add(total, value, out=total, where=used)
        count += used
    mean = np.where(count > 0, total / np.maximum(count, 1), _NO_RIVAL)
    np.maximum(first, _LEAST_RIVAL, out=first, where=count < best)
    return mean, np.where(count > 0, first, _NO_RIVAL)


class Overlap:
    """Numbers of keys that two runs share and that only one has."""

    def __init__(self, vi: Sequence[frozenset[str]], en: Sequence[frozenset[str]]) -> None:
        """Count the keys of all runs.

        Args:
            vi: keys of each Vietnamese segment.
            en: keys of each English segment.
        """
        common = sorted(frozenset().union(*vi) & frozenset().union(*en))
        numbers = {key: number for number, key in enumerate(common)}
        vi_table, self._n_vi = _tables(vi, numbers)
        en_table, self._n_en = _tables(en, numbers)
        self._shared = products(vi_table, en_table)

    def count(self, a: Ints, i: Ints, b: Ints, j: Ints) -> tuple[Floats, Floats, Floats]:
        """Keys shared, only Vietnamese, only English, for each cell."""
        shared = self._shared[a, i, b, j].astype(np.float64)
        return shared, self._n_vi[a, i] - shared, self._n_en[b, j] - shared


def _tables(sets: Sequence[frozenset[str]], shared: dict[str, int]) -> tuple[NDArray[np.float32], Floats]:
    """Which shared keys each run has, float32 [kinds, n, shared keys], and how many keys of any kind [kinds, n]."""
    numbers = dict(shared)
    for keys in sets:
        for key in sorted(keys):
            numbers.setdefault(key, len(numbers))
    table = np.zeros((len(sets), max(len(numbers), 1)), dtype=np.float32)
    for row, keys in enumerate(sets):
        table[row, [numbers[key] for key in keys]] = 1
    runs = run_maxima(table)
    return np.ascontiguousarray(runs[..., : max(len(shared), 1)] * bool(shared)), runs.sum(axis=2, dtype=np.float64)


def two_best(scores: Grid) -> tuple[Grid, Grid]:
    """The best and the second best score along the last axis; the second is PADDING where there is none."""
    if scores.shape[-1] == 1:
        return scores[..., 0], np.full(scores.shape[:-1], PADDING, dtype=scores.dtype)
    best = np.partition(scores, -2, axis=-1)[..., -2:]
    return best[..., 1], best[..., 0]


def other_best(own: Floats, best: NDArray[np.float32], second: NDArray[np.float32]) -> Floats:
    """The best score of a row besides one's own."""
    other: Floats = np.where(own >= best, second, best)
    return other
