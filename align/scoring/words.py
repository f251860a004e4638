"""The words of one side of many pairs, in columns: what each is made of, and which stand in which text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from align.encoders.features import Featurizer, prepare

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_REMEMBERED: Final = 65_536  # words, whose kind is not asked twice
_LONGEST: Final = 400  # words of a text that are looked at: bounds the padded tables


@dataclass(frozen=True)
class Words:
    """Words of n texts one after the other.

    Attributes:
        number: which distinct word each is, int64 [words].
        offsets: text k has the words `offsets[k]` to `offsets[k + 1]`, int64 [n + 1].
        pieces: which pieces each distinct word has, 0 or 1, [distinct, pieces].
        folded: the same for its folded words, [distinct, features].
        capital: whether a word begins with a capital letter, [words].
        shouted: whether it has more than one.
        digit: whether it holds a digit.
    """

    number: Ints
    offsets: Ints
    pieces: csr_array
    folded: csr_array
    capital: Mask
    shouted: Mask
    digit: Mask

    @classmethod
    def of(cls, texts: Sequence[str], featurizer: Featurizer) -> Words:
        """Split cleaned texts at blanks and look their words up."""
        rows = [prepare(text).split()[:_LONGEST] for text in texts]
        numbers: dict[str, int] = {}
        number = np.array([numbers.setdefault(word, len(numbers)) for row in rows for word in row], dtype=np.int64)
        words = list(numbers)
        pieces, folded = featurizer.parts_of_words(words)
        kinds = np.array([_kind(word) for word in words], dtype=bool).reshape(-1, 3)[number]
        return cls(
            number,
            np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
            _incidence(pieces, featurizer.pieces.get_piece_size()),
            _incidence(folded, featurizer.size),
            *kinds.T,
        )

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def counts(self) -> Ints:
        """Words of each text."""
        counts: Ints = np.diff(self.offsets)
        return counts

    @cached_property
    def row(self) -> Ints:
        """The text of each word."""
        return np.repeat(np.arange(len(self)), self.counts)

    @cached_property
    def column(self) -> Ints:
        """The place of each word in its text."""
        column: Ints = np.arange(len(self.number)) - self.offsets[self.row]
        return column

    @cached_property
    def texts(self) -> csr_array:
        """How often each distinct word stands in each text, [n, distinct]."""
        from scipy.sparse import csr_array

        ones = np.ones(len(self.number), dtype=np.float32)
        return csr_array((ones, self.number, self.offsets), shape=(len(self), self.pieces.shape[0]))

    def parts(self, table: csr_array) -> tuple[Ints, NDArray[Any]]:
        """All parts of all words: which word it is a part of, and the part's number in a table by distinct words."""
        counts = np.diff(table.indptr)[self.number]
        word = np.repeat(np.arange(len(self.number)), counts)
        first = np.repeat(table.indptr[self.number] - np.cumsum(counts) + counts, counts)
        return word, table.indices[first + np.arange(len(word))]

    def padded(self, values: Floats, fill: float) -> Floats:
        """Values of words as one row a text, float64 [n, longest]."""
        table = np.full((len(self), max(int(self.counts.max(initial=0)), 1)), fill)
        table[self.row, self.column] = values
        return table

    def mean(self, values: Floats, among: Mask) -> Floats:
        """Mean over some words of each text, 0 where there is none."""
        count = np.bincount(self.row[among], minlength=len(self))
        mean: Floats = np.bincount(self.row[among], values[among], len(self)) / np.maximum(count, 1)
        return mean

    def least(self, values: Floats, among: Mask, none: float) -> Floats:
        """The least value of some words of each text, at most `none`."""
        least = np.full(len(self), none)
        np.minimum.at(least, self.row[among], values[among])
        return least

    def count(self, among: Mask, most: int) -> Floats:
        """How many of some words each text has, `most` at most."""
        return np.bincount(self.row[among], minlength=len(self)).clip(0, most).astype(np.float64)


@lru_cache(_REMEMBERED)
def _kind(word: str) -> tuple[bool, bool, bool]:
    first = next((char for char in word if char.isalpha()), "a")
    return first.isupper(), sum(map(str.isupper, word)) > 1, any(map(str.isdigit, word))


def _incidence(rows: Sequence[Sequence[int]], width: int) -> csr_array:
    from scipy.sparse import csr_array

    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_array((ones, columns, starts), shape=(len(rows), width))
