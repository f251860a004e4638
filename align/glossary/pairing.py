"""Which candidates translate each other: vectors of the phrases joined with co-occurrence in aligned units.

Cosine of the phrases carries a corpus of two documents; logDice (Rychlý 2008), trusted the more the oftener two
candidates meet, carries a large one. What the vectors do not know is found by place: soft word alignment of the unit
says where the counterpart of a phrase ought to stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.glossary import lexicon
from align.glossary.candidates import Candidates
from align.glossary.lexicon import Phrases
from align.glossary.side import Side
from align.types import Vectors

_BLOCK: Final = 512  # Vietnamese candidates compared at a time: bounds memory
_GATHERED: Final = 100_000  # pairs whose vectors are gathered at a time
_KEPT: Final = 8  # best partners kept for each candidate
# Weights set by hand on the odd documents of the sample and on term pairs of CLDR; see docs/glossary.md.
COSINE, WORDS, ASSOCIATION, SAME_CASE, LENGTH, BOUNDED = 5.0, 0.5, 3.0, 0.5, 0.6, 1.2
_WHOLE: Final = 0.2  # for each doubling of length: a part of a term is closer to its counterpart than the whole
_SAME_NAME: Final = 4.0  # what the words of one name on both sides say, as high as those of a plain translation
_LONG: Final = 10  # tokens beyond which a candidate grows unlikely
_TRUST: Final = 3.0  # meetings at which an association counts for two thirds


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of candidates with what speaks for them, arrays of one length.

    Attributes:
        vi: number of the Vietnamese candidate.
        en: number of the English candidate.
        units: units in which both stand.
        cosine: of the vectors of the phrases.
        dice: 2 units / (units of vi + units of en).
        score: log-odds in the making, comparable between partners of a candidate.
    """

    vi: NDArray[np.int32]
    en: NDArray[np.int32]
    units: NDArray[np.int32]
    cosine: NDArray[np.float32]
    dice: NDArray[np.float32]
    score: NDArray[np.float32]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Pairs:
        """Some of the pairs."""
        return Pairs(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Half:
    """What pairing needs of one side, arrays by candidate.

    Attributes:
        side: the tokens.
        candidates: the candidates.
        vectors: of their written forms.
        phrases: what their words translate to.
        capital: share of occurrences with a capital somewhere.
        name: share of occurrences that begin with one.
        units: number of units.
        folded: hash of the words without diacritics.
        bounded: how well the edges are bounded, 1 at best.
    """

    side: Side
    candidates: Candidates
    vectors: Vectors
    phrases: Phrases
    capital: NDArray[np.float32]
    name: NDArray[np.float32]
    units: NDArray[np.int32]
    folded: NDArray[np.int64]
    bounded: NDArray[np.float32]


def pair(vi: Half, en: Half, n_units: int) -> Pairs:
    """Best partners of all candidates that meet in a unit, both ways."""
    blocks = [_top(block, block.vi) for block in _blocks(vi, en, n_units)]
    if not blocks:
        none = np.zeros(0)
        return Pairs(
            none.astype(np.int32), none.astype(np.int32), none.astype(np.int32), *[none.astype(np.float32)] * 3
        )
    pairs = joined(blocks)
    return _top(pairs, pairs.en)


def joined(parts: Sequence[Pairs]) -> Pairs:
    """Pairs of several parts one after the other."""
    return Pairs(*(np.concatenate([getattr(part, name) for part in parts]) for name in Pairs.__slots__))


def _blocks(vi: Half, en: Half, n_units: int) -> Iterator[Pairs]:
    from scipy.sparse import csr_array

    def incidence(half: Half) -> csr_array:
        """Units by candidates, 1 where the candidate stands in the unit."""
        found = half.candidates
        at = (half.side.unit[found.at], found.of)
        matrix = csr_array((np.ones(len(found.at), np.int32), at), shape=(n_units, len(found.words)))
        matrix.data[:] = 1
        return matrix

    left, right = incidence(vi).T.tocsr(), incidence(en)
    for start in range(0, left.shape[0], _BLOCK):
        met = (left[start : start + _BLOCK] @ right).tocoo()
        if met.nnz:
            rows, cols = met.coords
            yield scored(vi, en, rows.astype(np.int32) + start, cols.astype(np.int32), met.data)


def scored(vi: Half, en: Half, rows: NDArray[np.int32], cols: NDArray[np.int32], units: NDArray[np.int32]) -> Pairs:
    """Scores of pairs of candidates that meet in so many units."""
    cosine = _cosine(vi.vectors, en.vectors, rows, cols)
    same = vi.folded[rows] == en.folded[cols]
    cosine[same] = 1.0  # one name on both sides: To Lam, UNCLOS
    words = _words(vi, en, rows, cols)
    words[same] = _SAME_NAME
    dice = 2.0 * units / (vi.units[rows] + en.units[cols])
    trust = 1.0 - np.exp(-(units - 0.5) / _TRUST)
    # Letters agree in case: a name is translated by a name.
    same_case = 1.0 - np.abs(vi.capital[rows] - en.capital[cols]) * 2.0
    ratio = np.log((vi.candidates.length[rows] + 0.5) / (en.candidates.length[cols] + 0.5) / 1.35)
    score = COSINE * cosine + WORDS * words + ASSOCIATION * dice * trust + SAME_CASE * same_case - LENGTH * ratio**2
    score += BOUNDED * (vi.bounded[rows] + en.bounded[cols])
    lengths = [half.candidates.length[numbers].astype(np.float32) for half, numbers in ((vi, rows), (en, cols))]
    for length in lengths:
        score += _WHOLE * np.log2(length) - 0.25 * np.maximum(length - _LONG, 0)
    floats = (array.astype(np.float32) for array in (cosine, dice, score))
    return Pairs(rows, cols, units.astype(np.int32), *floats)


def _cosine(vi: Vectors, en: Vectors, rows: NDArray[np.int32], cols: NDArray[np.int32]) -> Vectors:
    """Cosines of pairs, float32 [pairs]."""
    start, end = int(rows.min()), int(rows.max()) + 1
    if len(rows) > 50 * (end - start):  # many partners of few candidates: one product of matrices is quicker
        dense: Vectors = (vi[start:end] @ en.T)[rows - start, cols]
        return dense
    parts = [slice(k, k + _GATHERED) for k in range(0, len(rows), _GATHERED)]
    return np.concatenate([np.einsum("ij,ij->i", vi[rows[part]], en[cols[part]]) for part in parts])


def _words(vi: Half, en: Half, rows: NDArray[np.int32], cols: NDArray[np.int32]) -> Vectors:
    """How well the words of pairs explain each other, float32 [pairs]."""
    start, end = int(rows.min()), int(rows.max()) + 1
    found = np.empty(len(rows), dtype=np.float32)
    for block in range(start, end, _BLOCK):
        own = np.flatnonzero((rows >= block) & (rows < block + _BLOCK))
        if len(own):
            table = lexicon.scores(vi.phrases.take(slice(block, min(block + _BLOCK, end))), en.phrases)
            found[own] = table[rows[own] - block, cols[own]]
    return found


def _top(pairs: Pairs, group: NDArray[np.int32]) -> Pairs:
    """The best pairs of each group."""
    return pairs.take(np.flatnonzero(ranks(pairs.score, group) < _KEPT))


def ranks(score: NDArray[np.float32], group: NDArray[np.int32]) -> NDArray[np.int64]:
    """Place of each row among those of its group, 0 for the best score."""
    order = np.lexsort((-score, group))
    first = np.concatenate([[True], np.diff(group[order]) != 0])
    start = np.flatnonzero(first)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - np.repeat(start, np.diff([*start, len(order)]))
    return place
