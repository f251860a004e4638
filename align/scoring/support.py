"""What each word of a pair finds on the other side.

Two measures: by Model 1 (Brown et al. 1993), how likely the words of the other side make this one, over how common
it is anyway; by vectors, its most similar word on the other side (late interaction, Khattab and Zaharia 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from align.encoders.static import StaticEncoder
from align.encoders.translations import Direction
from align.scoring.words import Floats, Ints, Words

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BACKGROUND: Final = 0.02  # share of pieces that come from nowhere in particular
_WORST: Final = -3.0  # one strange piece proves little
_BEST: Final = 6.0
_SAME: Final = 4.0  # at least so much for a name or number that stands on the other side in the same letters
_SCALE: Final = 4.0  # of explanation, against similarity


@dataclass(frozen=True)
class Support:
    """Of each word of one side, float64 [words].

    Attributes:
        explained: log-likelihood ratio by Model 1, about 0 for a word that the other side says nothing of.
        similar: highest cosine with a word of the other side.
    """

    explained: Floats
    similar: Floats

    @property
    def best(self) -> Floats:
        """The better of the two, on the scale of a cosine."""
        return np.maximum(self.explained / _SCALE, self.similar)


def support(vi: Words, en: Words, lexicon: StaticEncoder) -> tuple[Support, Support]:
    """What the Vietnamese words of each pair find in its English words, and the other way round."""
    tables = lexicon.translations
    similar = _similar(vi, en, lexicon)
    return (
        Support(_explained(en, vi, tables.to_vi), similar[0]),
        Support(_explained(vi, en, tables.to_en), similar[1]),
    )


def _explained(given: Words, own: Words, direction: Direction) -> Floats:
    word, piece = own.parts(own.pieces)
    row = own.row[word]
    presence = given.texts @ given.pieces
    presence.data[:] = 1
    probabilities, empty = direction.table
    chance = _cells(presence @ probabilities, row, piece) + empty[piece]
    size = np.diff(presence.indptr)[row] + 1
    common = direction.unigram[piece]
    ratio = np.log((chance / size + _BACKGROUND * common) / ((1 + _BACKGROUND) * common))
    count = np.bincount(word, minlength=len(own.number))
    mean = np.bincount(word, np.clip(ratio, _WORST, _BEST), len(own.number)) / np.maximum(count, 1)
    same = _stands_there(given, own) & (own.capital | own.digit)
    return np.where(same, np.maximum(mean, _SAME), mean)


def _cells(table: csr_array, rows: Ints, columns: NDArray[Any]) -> NDArray[np.float32]:
    if not len(rows):
        return np.zeros(0, dtype=np.float32)
    cells: NDArray[np.float32] = np.asarray(table[rows, columns]).ravel()
    return cells


def _stands_there(given: Words, own: Words) -> NDArray[np.bool_]:
    """Whether all folded forms of a word stand in the other text."""
    word, part = own.parts(own.folded)
    there = _cells(given.texts @ given.folded, own.row[word], part) > 0
    count = np.bincount(word, minlength=len(own.number))
    found: NDArray[np.bool_] = (count > 0) & (np.bincount(word, there, len(own.number)) == count)
    return found


def _similar(vi: Words, en: Words, lexicon: StaticEncoder) -> tuple[Floats, Floats]:
    """Highest cosines of the words of each pair."""
    rows = _vectors(vi, lexicon), _vectors(en, lexicon)
    best = np.zeros(len(vi.number)), np.zeros(len(en.number))
    starts = vi.offsets.tolist(), en.offsets.tolist()
    for pair in range(len(vi)):
        left, right = (slice(offsets[pair], offsets[pair + 1]) for offsets in starts)
        if left.start < left.stop and right.start < right.stop:
            grid = rows[0][vi.number[left]] @ rows[1][en.number[right]].T
            best[0][left], best[1][right] = grid.max(axis=1), grid.max(axis=0)
    return best


def _vectors(words: Words, lexicon: StaticEncoder) -> NDArray[np.float32]:
    """Vectors of distinct words: the bag of their pieces and folded forms, unit rows."""
    from scipy.sparse import csr_array

    pieces, n = words.pieces, words.folded.shape[1]
    bags = csr_array((pieces.data, pieces.indices, pieces.indptr), shape=(pieces.shape[0], n)) + words.folded
    ids, place = np.unique(bags.indices, return_inverse=True)
    bags = csr_array((bags.data, place, bags.indptr), shape=(bags.shape[0], len(ids)))
    rows = bags @ lexicon.rows(ids)
    norms = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    unit: NDArray[np.float32] = rows / np.maximum(norms, 1e-9)[:, None]
    return unit


def gaps(words: Words, values: Floats, usual: float) -> tuple[Floats, Ints, Ints]:
    """The stretch of each text that finds least on the other side: the contiguous one of the largest sum of shortfalls.

    Args:
        words: of the texts.
        values: what each word finds.
        usual: what a word of a translation finds at least, mostly; the shortfall is what lacks to it.

    Returns:
        The sum of shortfalls, and the first and one past the last word of the stretch (Kadane's algorithm, all texts
        at once).
    """
    table = words.padded(usual - values, 0.0)
    sums = np.concatenate([np.zeros((len(table), 1)), np.cumsum(table, axis=1)], axis=1)
    lowest = np.minimum.accumulate(sums, axis=1)
    end = (sums - lowest).argmax(axis=1)
    places = np.where(sums <= lowest, np.arange(sums.shape[1]), 0)
    every = np.arange(len(table))
    start = np.maximum.accumulate(places, axis=1)[every, end]
    return (sums - lowest)[every, end], start, end
