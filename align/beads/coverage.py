"""Soft word alignment: how much of each side has a counterpart on the other.

Each feature of a segment (piece or folded word) looks for its most similar one on the other side: late interaction
(Khattab and Zaharia 2020) over the vectors that the encoder's table holds anyway. Coverage of a run is the mean of
these maxima, weighted by how much each feature counts in the encoder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from align.beads.side import Side, window_sums
from align.types import Vectors

Floats = NDArray[np.float64]

_PRIOR: Final = 10.0  # segments assumed besides the article's, so that a short one has rare words too
_USUAL: Final = 10.0  # one of so many of those holds any word


class Lexicon(Protocol):
    """A table of feature vectors."""

    def rows(self, ids: NDArray[np.int32]) -> Vectors:
        """Vectors of features, float32 [len(ids), dim]; the length of a row is its weight."""
        ...


@dataclass(frozen=True)
class Tokens:
    """Distinct features of a document and their weight in each segment."""

    vectors: Vectors  # [distinct, dim], unit rows
    weights: NDArray[np.float32]  # [segments, distinct]

    @classmethod
    def of(cls, side: Side, lexicon: Lexicon) -> Tokens:
        """Look up the features of a side."""
        distinct, number = np.unique(side.tokens, return_inverse=True)
        rows = lexicon.rows(distinct)
        norms = np.linalg.norm(rows, axis=1)
        segment = np.repeat(np.arange(len(side)), np.diff(side.offsets))
        weights = np.zeros((len(side), len(distinct)), dtype=np.float32)
        np.add.at(weights, (segment, number), norms[number])
        # What stands in every segment of the article is its topic and proves no translation.
        frequency = (weights > 0).sum(axis=0)
        weights *= np.log((len(side) + _PRIOR) / (frequency + _PRIOR / _USUAL)).astype(np.float32)
        return cls(rows / np.maximum(norms, 1e-9)[:, None], weights)


class Coverage:
    """Coverage of runs of either side by runs of the other."""

    def __init__(self, vi: Side, en: Side, lexicon: Lexicon) -> None:
        """Find each feature's best counterpart in every segment of the other side."""
        self._vi, self._en = Tokens.of(vi, lexicon), Tokens.of(en, lexicon)
        similarity = self._vi.vectors @ self._en.vectors.T
        self._vi_best = _best_by_segment(similarity, self._en.weights)
        self._en_best = _best_by_segment(similarity.T, self._vi.weights)

    def of_runs(self, a: int, b: int) -> tuple[Floats, Floats]:
        """Coverage of Vietnamese runs of `a` and of English runs of `b` by each other: two [n-a+1, m-b+1]."""
        vi = _mean_of_best(window_sums(self._vi.weights, a), _window_maxima(self._vi_best, b))
        en = _mean_of_best(window_sums(self._en.weights, b), _window_maxima(self._en_best, a))
        return vi, en.T


def _best_by_segment(similarity: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Best similarity of each feature to those of each segment of the other side: [distinct, segments]."""
    best = np.zeros((len(similarity), len(weights)), dtype=np.float32)
    for segment, row in enumerate(weights):
        there = np.flatnonzero(row)
        if len(there):
            best[:, segment] = np.maximum(similarity[:, there].max(axis=1), 0)
    return best


def _window_maxima(columns: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    m = columns.shape[1] - width + 1
    result = columns[:, :m]
    for k in range(1, width):
        result = np.maximum(result, columns[:, k : m + k])
    return result


def _mean_of_best(weights: NDArray[np.floating], best: NDArray[np.float32]) -> Floats:
    total = weights.sum(axis=1, dtype=np.float64)
    mean: Floats = (weights @ best).astype(np.float64) / np.maximum(total, 1e-9)[:, None]
    return mean
