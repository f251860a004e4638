"""Bertalign's method (Liu and Zhu 2022), written from the paper: two dynamic programs over sentence vectors.

The first finds 1-1 anchors: the path that collects the most similarity of cells among the three nearest neighbors of
their row. The second searches beads of up to five segments near that path; a bead scores its cosine less the mean
cosine to the segments around it, times a length penalty, and a segment left alone costs a constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.baselines.path import Band, Shape, cheapest_path
from align.types import Bead, Encoder, Vectors

Floats = NDArray[np.float64]

# Defaults of the paper.
_NEIGHBORS: Final = 3  # k of the first pass
_MAX_SEGMENTS: Final = 5  # both sides of a bead together
_WINDOW: Final = 5  # lattice points on either side of the first path that the second may use
_NULL_COST: Final = 0.1


@dataclass(frozen=True)
class RunVectors:
    """Vectors and lengths of all runs of neighboring segments of one document.

    Attributes:
        vectors: width - 1 -> float32 [n - width + 1, dim], unit rows.
        lengths: width - 1 -> bytes in UTF-8, float64 [n - width + 1].
    """

    vectors: tuple[Vectors, ...]
    lengths: tuple[Floats, ...]

    @property
    def widths(self) -> range:
        """Numbers of segments in a run."""
        return range(1, len(self.vectors) + 1)

    def __len__(self) -> int:
        return len(self.vectors[0])


def encode_runs(texts: Sequence[str], encoder: Encoder) -> RunVectors:
    """Encode every run of up to four segments as one text, which is what the method asks for."""
    widths = range(1, max(2, min(_MAX_SEGMENTS, len(texts) + 1)))
    runs = [[" ".join(texts[k : k + width]) for k in range(len(texts) - width + 1)] for width in widths]
    lengths = tuple(np.array([len(run.encode()) for run in row], dtype=np.float64) for row in runs)
    return RunVectors(tuple(encoder.encode(row) for row in runs), lengths)


def align(vi: RunVectors, en: RunVectors) -> list[Bead]:
    """Align two documents; beads in order, null beads included."""
    n, m = len(vi), len(en)
    nulls = np.full(n, _NULL_COST), np.full(m, _NULL_COST)
    if not (n and m):
        return cheapest_path({}, *nulls)
    band = _around(_anchors(vi.vectors[0] @ en.vectors[0].T), n, m)
    return cheapest_path(costs(vi, en), *nulls, band)


def _anchors(similarity: Vectors) -> list[Bead]:
    """First pass: the 1-1 beads of the best path."""
    n, m = similarity.shape
    gain = np.zeros((n, m))
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :_NEIGHBORS]
    np.put_along_axis(gain, nearest, np.take_along_axis(similarity, nearest, axis=1).astype(np.float64), axis=1)
    beads = cheapest_path({(1, 1): -gain}, np.zeros(n), np.zeros(m))
    return [bead for bead in beads if not bead.is_null and gain[bead.vi[0], bead.en[0]] > 0]


def _around(anchors: Sequence[Bead], n: int, m: int) -> Band:
    """The band of the second pass: within the window of the anchors' path, whole blocks where it has a gap."""
    points = [(0, 0), *((bead.vi[0] + 1, bead.en[0] + 1) for bead in anchors), (n, m)]
    first, last = np.full(n + 1, m, dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    for (i0, j0), (i1, j1) in pairwise(points):
        rows = slice(max(i0 - _WINDOW, 0), i1 + _WINDOW + 1)
        first[rows] = np.minimum(first[rows], max(j0 - _WINDOW, 0))
        last[rows] = np.maximum(last[rows], min(j1 + _WINDOW, m))
    return Band(first, last)


def costs(vi: RunVectors, en: RunVectors) -> dict[Shape, Floats]:
    """Cost of every bead of the second pass, by shape (a, b): [n - a + 1, m - b + 1]."""
    return {(a, b): -_scores(vi, en, (a, b)) for a in vi.widths for b in en.widths if a + b <= _MAX_SEGMENTS}


def _scores(vi: RunVectors, en: RunVectors, shape: Shape) -> Floats:
    """Score of every bead of a shape: [n - a + 1, m - b + 1]."""
    a, b = shape
    similarity = (vi.vectors[a - 1] @ en.vectors[b - 1].T).astype(np.float64)
    around = (_beside(vi.vectors[a - 1] @ en.vectors[0].T, b) + _beside(en.vectors[b - 1] @ vi.vectors[0].T, a).T) / 2
    return (similarity - around) * _length_factor(vi.lengths, en.lengths, shape)


def _beside(similarity: Vectors, width: int) -> Floats:
    """Mean similarity of a run to the two segments beside each run of `width` on the other side.

    Args:
        similarity: [runs, segments of the other side].
        width: segments of the bead on the other side.

    Returns:
        [runs, segments - width + 1]; at an edge the one segment there is, 0 where there is none.
    """
    m = similarity.shape[1]
    places = m - width + 1
    total, count = np.zeros((len(similarity), places)), np.zeros(places)
    total[:, 1:] += similarity[:, : places - 1]
    count[1:] += 1
    total[:, : places - 1] += similarity[:, width:]
    count[: places - 1] += 1
    return total / np.maximum(count, 1)


def _length_factor(vi: Sequence[Floats], en: Sequence[Floats], shape: Shape) -> Floats:
    """log2(1 + shorter / longer), lengths brought to one scale by the totals of the pair."""
    ratio = max(float(vi[0].sum()), 1.0) / max(float(en[0].sum()), 1.0)
    left, right = vi[shape[0] - 1][:, None], en[shape[1] - 1][None, :] * ratio
    factor: Floats = np.log2(1 + np.minimum(left, right) / np.maximum(np.maximum(left, right), 1e-9))
    return factor
