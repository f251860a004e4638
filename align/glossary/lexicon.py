"""Which phrases the words of a phrase translate to: log-likelihood ratios of Model 1 over pieces of words.

The table is the embedded encoder's (Brown et al. 1993, estimated on general text): it knows that "toàn vẹn" is
"integrity" where the vector of the whole phrase says little, and that "lãnh đạo" is not, where both stand in one
sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from align.encoders import StaticEncoder
from align.encoders.translations import Direction, Ints
from align.types import Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

WORST: Final = -3.0  # of a piece that nothing explains: one strange piece proves little
_BEST: Final = 6.0  # nor does a rare one that fits
_BACKGROUND: Final = 0.02  # share of pieces that come from nowhere in particular
_SAME: Final = 0.5  # probability that a piece stands for itself: ASEAN, 2025
_COMMON: Final = 3.0  # information (nats) of function words, which weigh next to nothing
_LEAST_WEIGHT: Final = 0.2


@dataclass(frozen=True)
class Phrases:
    """Phrases of one side, rows of matrices over pieces.

    Attributes:
        explains: how much better than chance each piece of the other side is explained, [phrases, pieces]; what is
            absent is explained not at all.
        weights: pieces of the phrases by their information, rows of sum 1, [phrases, pieces].
    """

    explains: csr_array
    weights: csr_array

    def take(self, rows: Ints | slice) -> Phrases:
        """Some of the phrases."""
        return Phrases(self.explains[rows], self.weights[rows])


def scores(vi: Phrases, en: Phrases) -> Vectors:
    """How well each two phrases explain each other, both directions together: [vi, en], WORST to 6."""
    forth = (vi.explains @ en.weights.T).toarray()
    back = (en.explains @ vi.weights.T).toarray().T
    found: Vectors = ((forth + back) / 2 + WORST).astype(np.float32)
    return found


def scores_of_pairs(vi: Phrases, en: Phrases) -> Vectors:
    """How well the phrases of each row explain each other, as in `scores`: float32 [rows]."""
    forth = vi.explains.multiply(en.weights).sum(axis=1)
    back = en.explains.multiply(vi.weights).sum(axis=1)
    found: Vectors = (np.asarray(forth + back) / 2 + WORST).astype(np.float32)
    return found


_Away: TypeAlias = "tuple[csr_array, NDArray[np.float32]]"  # probabilities of targets, and how common each is


class Lexicon:
    """The table of translations of an encoder's pieces."""

    def __init__(self, encoder: StaticEncoder) -> None:
        """Note the encoder; the table is read on first use."""
        self._encoder = encoder

    def vi(self, texts: Sequence[str]) -> Phrases:
        """Vietnamese phrases."""
        return self._phrases(texts, self._to_en, self._encoder.translations.to_vi.unigram)

    def en(self, texts: Sequence[str]) -> Phrases:
        """English phrases."""
        return self._phrases(texts, self._to_vi, self._encoder.translations.to_en.unigram)

    @cached_property
    def _to_en(self) -> _Away:
        return _away(self._encoder.translations.to_en)

    @cached_property
    def _to_vi(self) -> _Away:
        return _away(self._encoder.translations.to_vi)

    def _phrases(self, texts: Sequence[str], away: _Away, unigram: NDArray[np.float32]) -> Phrases:
        from scipy.sparse import diags_array

        counts = self._pieces(texts, len(unigram))
        lengths = np.maximum(counts.sum(axis=1), 1.0)
        information = np.maximum(-np.log(unigram) - _COMMON, _LEAST_WEIGHT)
        weights = counts @ diags_array(information)
        total = np.maximum(weights.sum(axis=1), 1e-9)
        chance = (diags_array(1.0 / lengths) @ counts @ away[0]).tocsr()
        common = away[1][chance.indices]
        ratio = np.log((chance.data + _BACKGROUND * common) / ((1 + _BACKGROUND) * common))
        chance.data = np.clip(ratio, WORST, _BEST) - WORST
        return Phrases(chance.astype(np.float32), (diags_array(1.0 / total) @ weights).tocsr().astype(np.float32))

    def _pieces(self, texts: Sequence[str], n_pieces: int) -> csr_array:
        """How often each text has each piece, [texts, pieces]."""
        from scipy.sparse import csr_array

        ids, offsets = self._encoder.featurizer.ids(texts)
        row = np.repeat(np.arange(len(texts)), np.diff(offsets))
        piece = ids < n_pieces
        ones = np.ones(int(piece.sum()), dtype=np.float32)
        return csr_array((ones, (row[piece], ids[piece])), shape=(len(texts), n_pieces))


def _away(direction: Direction) -> _Away:
    """Probabilities of targets given sources, [pieces, pieces]; each piece may stand for itself."""
    from scipy.sparse import eye_array

    table, _ = direction.table
    itself = _SAME * eye_array(table.shape[0], dtype=np.float32, format="csr")
    return (table + itself).tocsr(), direction.unigram
