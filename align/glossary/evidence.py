"""All that speaks for a pair of candidates beside vectors and counts: places, brackets, names, numbers, lists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.glossary.names import agree, mentioned
from align.glossary.pairing import Half, Pairs, joined, ranks, scored
from align.glossary.seeds import TermList, bare
from align.glossary.terms import Sides
from align.glossary.words_align import WordAligner

# Weights as in pairing: log-odds in the making.
_CONSISTENCY: Final = 2.5
_PLACE: Final = 1.5
_LISTED: Final = 3.0
_MENTION: Final = 1.2  # for each place or number that one side alone mentions
_NAMED: Final = 2.5
_BRACKETED: Final = 2.5
_LOOSE: Final = 1.0
_COORDINATED: Final = 1.0  # for each half of the edges that nothing bounds
_ALONE: Final = 1.5  # a conjunction or comma of the Vietnamese side that the English one lacks
_SAMPLED: Final = 4  # units looked at for a pair
_COMMON: Final = 25  # a pair that meets in so many units needs no look
_NEAR: Final = 3  # best partners of a candidate that are looked at
_MOST_BONUS: Final = 4.0  # what other evidence can add
_LOOKS: Final = 5_000  # pairs whose places are looked at: bounds time
LEAST: Final = 2.7  # score from which a pair may stand

Span = tuple[int, int]
Meeting = tuple[int, Span, Span]  # unit, place in Vietnamese, place in English


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the corpus and the lists say beside vectors and counts."""

    terms: TermList
    acronyms_vi: dict[str, set[int]]
    acronyms_en: dict[str, set[int]]
    loose: NDArray[np.bool_]


class Weigher:
    """Adds evidence to the scores of pairs."""

    def __init__(self, sides: Sides, evidence: Evidence, aligner: WordAligner) -> None:
        """Note both sides and the evidence."""
        self._sides, self._evidence, self._aligner = sides, evidence, aligner
        self._vi, self._en = sides.vi, sides.en
        self.acronym = self._acronyms()

    def weigh(self, pairs: Pairs) -> Pairs:
        """The pairs, those of the term lists among them, with all evidence in their scores."""
        return self._refined(self._with_listed(pairs))

    def _acronyms(self) -> dict[tuple[int, int], str]:
        """Pairs of full forms that stand before the same acronym."""
        left = {name.upper(): forms for name, forms in self._evidence.acronyms_vi.items()}
        right = self._evidence.acronyms_en
        return {(x, y): name for name in right for x in left.get(name.upper(), ()) for y in right[name]}

    def _with_listed(self, pairs: Pairs) -> Pairs:
        """The pairs with those of the term lists that meet, whatever vectors and counts say of them."""
        vi, en = ({bare(words): k for k, words in enumerate(half.candidates.words)} for half in (self._vi, self._en))
        known = [(vi[a], en[b]) for a, b in self._evidence.terms.pairs if a in vi and b in en]
        there = set(zip(pairs.vi.tolist(), pairs.en.tolist(), strict=True))
        new = [(x, y, len(self._sides.units(x, y))) for x, y in dict.fromkeys(known) if (x, y) not in there]
        new = [row for row in new if row[2]]
        if not new:
            return pairs
        x, y, units = (np.array(column, dtype=np.int32) for column in zip(*new, strict=True))
        return joined([pairs, scored(self._vi, self._en, x, y, units)])

    def _refined(self, pairs: Pairs) -> Pairs:
        """The pairs with all other evidence added to their scores, where they have a chance."""
        near = (ranks(pairs.score, pairs.vi) < _NEAR) | (ranks(pairs.score, pairs.en) < _NEAR)
        rows = np.flatnonzero(near & (pairs.score > LEAST - _MOST_BONUS))
        rows = rows[np.argsort(-pairs.score[rows], kind="stable")]
        looked_at = set(rows[pairs.units[rows] <= _COMMON][:_LOOKS].tolist())
        meetings = {row: _meetings(self._vi, self._en, int(pairs.vi[row]), int(pairs.en[row])) for row in looked_at}
        self._aligner.prepare(sorted({unit for spans in meetings.values() for unit, _, _ in spans}))
        score = pairs.score.copy()
        for row in rows.tolist():
            score[row] += self._bonus(int(pairs.vi[row]), int(pairs.en[row]), meetings.get(row, []))
        return Pairs(pairs.vi, pairs.en, pairs.units, pairs.cosine, pairs.dice, score)

    def _bonus(self, x: int, y: int, spans: list[Meeting]) -> float:
        vi, en = self._vi.candidates.words[x], self._en.candidates.words[y]
        bonus = _LISTED if self._evidence.terms.find(vi, en) else 0.0
        named = agree(vi, en)
        bonus += 0.0 if named is None else _NAMED if named else -_NAMED
        if named is None:
            bonus -= _MENTION * len(mentioned(vi, "vi") ^ mentioned(en, "en"))
        bonus += _BRACKETED if (x, y) in self.acronym else 0.0
        if "," in vi:
            bonus -= _ALONE if "and" not in en else _ALONE / 3
        elif "và" in vi and "and" not in en:
            bonus -= _ALONE
        if "và" in vi or "and" in en:
            bonus -= _COORDINATED * (2.0 - float(self._vi.bounded[x] + self._en.bounded[y]))
        if spans:
            consistency, place = self._agreement(spans)
            bonus += _CONSISTENCY * (consistency - 0.5) + _PLACE * (place - 0.5)
            bonus -= _LOOSE if all(self._evidence.loose[unit] for unit, _, _ in spans) else 0.0
        return bonus

    def _agreement(self, spans: list[Meeting]) -> tuple[float, float]:
        """Consistency and place, averaged over units; of several places in one unit the best counts."""
        best: dict[int, tuple[float, float]] = {}
        for unit, a, b in spans:
            found = self._aligner.links(unit).agreement(a, b)
            best[unit] = max(best.get(unit, found), found, key=sum)
        consistency, place = np.mean(list(best.values()), axis=0)
        return float(consistency), float(place)


def _meetings(vi: Half, en: Half, x: int, y: int) -> list[Meeting]:
    """Units in which both stand, with the spans of both counted from the unit's first token."""
    left, right = _spans_by_unit(vi, x), _spans_by_unit(en, y)
    found = [(unit, a, b) for unit in left if unit in right for a in left[unit][:2] for b in right[unit][:2]]
    return found[: _SAMPLED * 2]


def _spans_by_unit(half: Half, number: int) -> dict[int, list[Span]]:
    length = int(half.candidates.length[number])
    spans = defaultdict(list)
    for at in half.candidates.places(number)[:200]:
        unit = int(half.side.unit[at])
        start = int(at - half.side.starts[unit])
        spans[unit].append((start, start + length))
    return spans
