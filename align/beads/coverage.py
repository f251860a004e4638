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

from align.beads.runs import Grid, products, run_maxima, run_sums
from align.beads.side import Side
from align.types import Vectors

_PRIOR: Final = 10.0  # segments assumed besides the article's, so that a short one has rare words too
_USUAL: Final = 10.0  # one of so many of those holds any word


class Vocabulary(Protocol):
    """A table of feature vectors."""

    def rows(self, ids: NDArray[np.int32]) -> Vectors:
        """Vectors of features, float32 [len(ids), dim]; the length of a row is its weight."""
        ...


@dataclass(frozen=True)
class Tokens:
    """Distinct features of a document and their weight in each segment.

    Attributes:
        vectors: float32 [distinct, dim], unit rows.
        weights: float32 [segments, distinct].
        numbers, offsets: which distinct features each segment has, one after the other, as in `Side`.
    """

    vectors: Vectors
    weights: NDArray[np.float32]
    numbers: NDArray[np.intp]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, side: Side, lexicon: Vocabulary) -> Tokens:
        """Look up the features of a side."""
        distinct, numbers = np.unique(side.tokens, return_inverse=True)
        rows = lexicon.rows(distinct)
        norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        segment = np.repeat(np.arange(len(side)), np.diff(side.offsets))
        cells = segment * len(distinct) + numbers
        counts = np.bincount(cells, minlength=len(side) * len(distinct)).reshape(len(side), len(distinct))
        # What stands in every segment of the article is its topic and proves no translation.
        frequency = (counts > 0).sum(axis=0)
        weight = norms * np.log((len(side) + _PRIOR) / (frequency + _PRIOR / _USUAL))
        vectors = rows / np.maximum(norms, 1e-9)[:, None]
        return cls(vectors, (counts * weight).astype(np.float32), numbers, side.offsets)

    def best_by_segment(self, similarity: NDArray[np.float32]) -> NDArray[np.float32]:
        """Best similarity of each segment's features, at least 0: [distinct, others] -> [segments, others]."""
        best = np.zeros((len(self.weights), similarity.shape[1]), dtype=np.float32)
        # Segment by segment: numpy's reduceat along the first axis is several times as slow as a plain maximum.
        for segment, numbers in enumerate(np.split(self.numbers, self.offsets[1:-1])):
            similarity[numbers].max(axis=0, out=best[segment], initial=0)
        return best


class Coverage:
    """Coverage of each side by the other."""

    def __init__(self, vi: Side, en: Side, lexicon: Vocabulary) -> None:
        """Find each feature's best counterpart in every segment of the other side."""
        self.vi, self.en = Tokens.of(vi, lexicon), Tokens.of(en, lexicon)
        similarity = self.vi.vectors @ self.en.vectors.T
        self.vi_best = self.en.best_by_segment(np.ascontiguousarray(similarity.T))  # [en segments, vi features]
        self.en_best = self.vi.best_by_segment(similarity)  # [vi segments, en features]

    def of_runs(self) -> tuple[Grid, Grid]:
        """Coverage of Vietnamese runs by English ones and the other way round, two [A, n, B, m]."""
        vi = _mean_of_best(self.vi.weights, self.vi_best)
        return vi, _mean_of_best(self.en.weights, self.en_best).transpose(2, 3, 0, 1)


def _mean_of_best(weights: NDArray[np.float32], best: NDArray[np.float32]) -> Grid:
    """Weighted means [own kinds, own segments, other kinds, other segments]."""
    runs, maxima = run_sums(weights), run_maxima(best)
    mean: Grid = products(runs, maxima) / np.maximum(runs.sum(axis=2), 1e-9)[:, :, None, None]
    return mean
