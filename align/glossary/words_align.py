"""Soft word alignment inside units: which words of two sentences are surely each other's translation.

Words, and pairs of Vietnamese syllables, that are each other's nearest in the encoder's space are links (mutual best,
cf. Jalili Sabet et al. 2020, SimAlign). Links tell whether two spans agree, and where a counterpart ought to stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.encoders.translations import Ints
from align.glossary import lexicon
from align.glossary import side as s
from align.glossary.lexicon import Lexicon, Phrases
from align.glossary.side import Side
from align.types import Encoder, Vectors

_SURE: Final = 0.5  # cosine of words from which a link counts
_WORDS: Final = 0.08  # what a nat of the table of translations adds to a cosine
_REACH: Final = 5.0  # words away at which a place still speaks for a pair
_AT_ONCE: Final = 64  # units whose words are compared in one product: some megabytes


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one unit as spans of tokens counted from the unit's first: vi start, vi end, en position."""

    vi_start: NDArray[np.int64]
    vi_end: NDArray[np.int64]
    en: NDArray[np.int64]
    lengths: tuple[int, int]

    def agreement(self, vi: tuple[int, int], en: tuple[int, int]) -> tuple[float, float]:
        """How well links support that two spans are translations: (consistency, place), each 0 to 1.

        Consistency is .5 without links, 1 with links inside both spans alone, and falls with each link that leads out
        of one; place falls with the distance from where the links around the Vietnamese span point to.
        """
        inside_vi = (self.vi_start < vi[1]) & (self.vi_end > vi[0])
        inside_en = (self.en >= en[0]) & (self.en < en[1])
        touching = int((inside_vi | inside_en).sum())
        both = int((inside_vi & inside_en).sum())
        consistency = max(0.0, (1.0 if both else 0.5) - 0.3 * (touching - both))
        return consistency, self._place(vi, en, inside_vi | inside_en)

    def _place(self, vi: tuple[int, int], en: tuple[int, int], own: NDArray[np.bool_]) -> float:
        before = ~own & (self.vi_end <= vi[0])
        after = ~own & (self.vi_start >= vi[1])
        left, right = -1, self.lengths[1]
        if before.any():
            left = int(self.en[before][np.argmax(self.vi_end[before])])
        if after.any():
            right = int(self.en[after][np.argmin(self.vi_start[after])])
        low, high = min(left, right), max(left, right)
        middle = (en[0] + en[1] - 1) / 2
        away = max(low - middle, middle - high, 0.0)
        # Between two links far apart, the relative place says the rest.
        wide = max(0.0, (high - low) / 2 - _REACH)
        return float(np.exp(-(away + 0.25 * wide) / _REACH))


@dataclass(frozen=True, slots=True)
class _Spans:
    """Words of one side of a unit and where they stand, in tokens counted from the unit's first."""

    texts: list[str]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Table:
    """Words of one side: their numbers, and by number their vectors and what they translate to."""

    numbers: dict[str, int]
    vectors: Vectors
    phrases: Phrases

    def of(self, texts: Sequence[str]) -> Ints:
        """Numbers of words."""
        return np.array([self.numbers[text] for text in texts], dtype=np.int64)


class WordAligner:
    """Links of units."""

    def __init__(self, vi: Side, en: Side, encoder: Encoder, lexicon: Lexicon) -> None:
        """Note the sides; `prepare` makes the links."""
        self._sides = (vi, en)
        self._encoder, self._lexicon = encoder, lexicon
        self._links: dict[int, Links] = {}

    def prepare(self, units: Sequence[int]) -> None:
        """Find the links of units, some at a time: one product of matrices for all their words."""
        spans = [self._spans(unit) for unit in units]
        vi, en = (_numbers(text for both in spans for text in both[side].texts) for side in (0, 1))
        tables = self._look_up(vi, self._lexicon.vi), self._look_up(en, self._lexicon.en)
        for start in range(0, len(units), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            self._link(units[part], spans[part], tables)

    def _look_up(self, numbers: dict[str, int], phrases: Callable[[list[str]], Phrases]) -> _Table:
        words = list(numbers)
        return _Table(numbers, self._encoder.encode(words), phrases(words))

    def links(self, unit: int) -> Links:
        """Links of a unit that was prepared."""
        return self._links[unit]

    def _link(
        self, units: Sequence[int], spans: Sequence[tuple[_Spans, _Spans]], tables: tuple[_Table, _Table]
    ) -> None:
        own = [[table.of(both[side].texts) for both in spans] for side, table in enumerate(tables)]
        (vi_words, vi_rows), (en_words, en_rows) = map(_distinct, own)
        likeness = _likeness(tables[0], vi_words, tables[1], en_words)
        for unit, (vi, en), rows, columns in zip(units, spans, vi_rows, en_rows, strict=True):
            lengths = tuple(int(side.starts[unit + 1] - side.starts[unit]) for side in self._sides)
            self._links[unit] = _mutual(vi, en, likeness[np.ix_(rows, columns)], (lengths[0], lengths[1]))

    def _spans(self, unit: int) -> tuple[_Spans, _Spans]:
        """Words of both sides; on the Vietnamese side pairs of syllables too."""
        vi, en = (self._words(side, unit) for side in self._sides)
        spans = [(k, k + 1) for k, word in enumerate(vi) if word]
        spans += [(k, k + 2) for k in range(len(vi) - 1) if vi[k] and vi[k + 1]]
        singles = [(k, k + 1) for k, word in enumerate(en) if word]
        return _Spans([" ".join(vi[a:b]) for a, b in spans], *_columns(spans)), _Spans(
            [en[a] for a, _ in singles], *_columns(singles)
        )

    @staticmethod
    def _words(side: Side, unit: int) -> list[str]:
        """Keys of a unit's tokens; "" for marks and function words."""
        start, end = side.starts[unit], side.starts[unit + 1]
        no_word = s.INNER | s.CAPITAL_INNER
        kept = ((side.flags[start:end] & s.WORD) != 0) & ((side.flags[start:end] & no_word) == 0)
        return [side.vocabulary[key] if word else "" for key, word in zip(side.keys[start:end], kept, strict=True)]


def _distinct(numbers: Sequence[Ints]) -> tuple[Ints, list[Ints]]:
    """All numbers once, and for each list the places of its numbers among them."""
    distinct, places = np.unique(np.concatenate(numbers), return_inverse=True)
    return distinct, np.split(places, np.cumsum([len(part) for part in numbers])[:-1])


def _likeness(left: _Table, vi: Ints, right: _Table, en: Ints) -> Vectors:
    """Cosine and translations of words together, [vi words, en words]."""
    cosine = left.vectors[vi] @ right.vectors[en].T
    likeness: Vectors = cosine + _WORDS * lexicon.scores(left.phrases.take(vi), right.phrases.take(en))
    return likeness


def _numbers(texts: Iterable[str]) -> dict[str, int]:
    """Distinct texts, numbered as they come."""
    return {text: number for number, text in enumerate(dict.fromkeys(texts))}


def _columns(spans: Sequence[tuple[int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    table = np.array(spans, dtype=np.int64).reshape(len(spans), 2)
    return table[:, 0], table[:, 1]


def _mutual(vi: _Spans, en: _Spans, likeness: Vectors, lengths: tuple[int, int]) -> Links:
    """Each other's nearest, if near enough."""
    if not likeness.size:
        none = np.zeros(0, dtype=np.int64)
        return Links(none, none, none, lengths)
    best_en, best_vi = likeness.argmax(axis=1), likeness.argmax(axis=0)
    rows = np.flatnonzero((best_vi[best_en] == np.arange(len(likeness))) & (likeness.max(axis=1) > _SURE))
    return Links(vi.starts[rows], vi.ends[rows], en.starts[best_en[rows]], lengths)
