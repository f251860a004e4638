"""Soft word alignment inside units: which words of two sentences are surely each other's translation.

Words, and pairs of Vietnamese syllables, that are each other's nearest in the encoder's space are links (mutual best,
cf. Jalili Sabet et al. 2020, SimAlign). Links tell whether two spans agree, and where a counterpart ought to stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.glossary import lexicon
from align.glossary import side as s
from align.glossary.lexicon import Lexicon, Phrases
from align.glossary.side import Side
from align.types import Encoder, Lang, Vectors

_SURE: Final = 0.5  # cosine of words from which a link counts
_WORDS: Final = 0.08  # what a nat of the table of translations adds to a cosine
_REACH: Final = 5.0  # words away at which a place still speaks for a pair


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
class _Words:
    """Words of one side with their number, vectors by number, and what they translate to."""

    numbers: dict[str, int]
    vectors: Vectors
    phrases: Phrases


class WordAligner:
    """Links of units, made when first asked for."""

    def __init__(self, vi: Side, en: Side, encoder: Encoder, lexicon: Lexicon) -> None:
        """Note the sides; `prepare` looks up their words."""
        self._sides = (vi, en)
        self._encoder, self._lexicon = encoder, lexicon
        self._links: dict[int, Links] = {}
        self._table: dict[Lang, _Words] = {}

    def prepare(self, units: Sequence[int]) -> None:
        """Look up all words of units at once; to be called once."""
        spans = [self._spans(unit) for unit in units]
        vi, en = (list(dict.fromkeys(text for both in spans for text in both[side][0])) for side in (0, 1))
        self._table = {
            "vi": self._look_up(vi, self._lexicon.vi(vi)),
            "en": self._look_up(en, self._lexicon.en(en)),
        }

    def _look_up(self, words: list[str], phrases: Phrases) -> _Words:
        return _Words({word: number for number, word in enumerate(words)}, self._encoder.encode(words), phrases)

    def links(self, unit: int) -> Links:
        """Links of a unit."""
        if unit not in self._links:
            self._links[unit] = self._link(unit)
        return self._links[unit]

    def _spans(
        self, unit: int
    ) -> tuple[tuple[list[str], list[tuple[int, int]]], tuple[list[str], list[tuple[int, int]]]]:
        """Words of both sides with their spans; on the Vietnamese side pairs of syllables too."""
        vi, en = (self._words(side, unit) for side in self._sides)
        spans = [(k, k + 1) for k, word in enumerate(vi) if word]
        spans += [(k, k + 2) for k in range(len(vi) - 1) if vi[k] and vi[k + 1]]
        en_spans = [(k, k + 1) for k, word in enumerate(en) if word]
        return ([" ".join(vi[a:b]) for a, b in spans], spans), ([en[a] for a, _ in en_spans], en_spans)

    @staticmethod
    def _words(side: Side, unit: int) -> list[str]:
        """Keys of a unit's tokens; "" for marks and function words."""
        start, end = side.starts[unit], side.starts[unit + 1]
        no_word = s.INNER | s.CAPITAL_INNER
        kept = ((side.flags[start:end] & s.WORD) != 0) & ((side.flags[start:end] & no_word) == 0)
        return [side.vocabulary[key] if word else "" for key, word in zip(side.keys[start:end], kept, strict=True)]

    def _likeness(self, vi_texts: Sequence[str], en_texts: Sequence[str]) -> Vectors:
        """Cosine and translations of words together, [vi words, en words]."""
        left, right = self._table["vi"], self._table["en"]
        vi = np.array([left.numbers[text] for text in vi_texts])
        en = np.array([right.numbers[text] for text in en_texts])
        cosine = left.vectors[vi] @ right.vectors[en].T
        likeness: Vectors = cosine + _WORDS * lexicon.scores(left.phrases.take(vi), right.phrases.take(en))
        return likeness

    def _link(self, unit: int) -> Links:
        (vi_texts, vi_spans), (en_texts, en_spans) = self._spans(unit)
        lengths = tuple(int(side.starts[unit + 1] - side.starts[unit]) for side in self._sides)
        if not vi_texts or not en_texts:
            none = np.zeros(0, dtype=np.int64)
            return Links(none, none, none, (lengths[0], lengths[1]))
        likeness = self._likeness(vi_texts, en_texts)
        best_en, best_vi = likeness.argmax(axis=1), likeness.argmax(axis=0)
        rows = np.flatnonzero((best_vi[best_en] == np.arange(len(vi_texts))) & (likeness.max(axis=1) > _SURE))
        spans = np.array(vi_spans)[rows]
        places = np.array([a for a, _ in en_spans])[best_en[rows]]
        return Links(spans[:, 0], spans[:, 1], places, (lengths[0], lengths[1]))
