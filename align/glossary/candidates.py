"""Candidates of one side: word sequences that may be terms, with where they stand.

N-grams that begin and end with content words, hold no stop word or mark, and cut no word or name
(after Frantzi, Ananiadou & Mima 2000: C-value; the linguistic filter is replaced by tables and general counts).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.glossary import side as s
from align.glossary.side import Side
from align.glossary.wordlists import bounds
from align.types import Lang

LONGEST: Final[dict[Lang, int]] = {"vi": 12, "en": 11}  # syllables, words
_LONGEST_PLAIN: Final[dict[Lang, int]] = {"vi": 7, "en": 6}  # without a capital
MOST: Final = 40_000  # candidates of a side: bounds time and memory
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Distinct candidates of a side and all places where they stand, by candidate.

    Attributes:
        words: key of each candidate, a tuple of words.
        length: int16 [candidates], tokens.
        count: int32 [candidates], occurrences.
        of: int32 [occurrences], the candidate, ascending.
        at: int64 [occurrences], first token.
        first: int64 [candidates + 1], first occurrence of each.
    """

    words: list[tuple[str, ...]]
    length: NDArray[np.int16]
    count: NDArray[np.int32]
    of: NDArray[np.int32]
    at: NDArray[np.int64]
    first: NDArray[np.int64]

    def places(self, number: int) -> NDArray[np.int64]:
        """First tokens of the occurrences of a candidate."""
        return self.at[self.first[number] : self.first[number + 1]]


def find(side: Side, least: int) -> Candidates:
    """All candidates of a side, the commonest MOST of them where there are more.

    Args:
        side: the tokens.
        least: occurrences that a candidate needs.
    """
    if not len(side.keys):
        none = np.zeros(0, dtype=np.int64)
        return _collect(side, none.astype(np.uint64), none, none.astype(np.int16))
    tallies = [_tally(codes, least) for _, _, codes in _windows(side)]
    bar = _bar(np.concatenate([counts for _, counts in tallies]))
    found = []
    for (length, places, codes), (values, counts) in zip(_windows(side), tallies, strict=True):
        kept = values[counts >= bar]
        keep = _among(codes, kept)
        found.append((codes[keep], places[keep], np.full(int(keep.sum()), length, dtype=np.int16)))
    hashes, at, lengths = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return _collect(side, hashes, at, lengths)


def _tally(codes: NDArray[np.uint64], least: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Distinct codes that occur so often, ascending, with their numbers of occurrences."""
    if least > 1:
        # Most windows of a large corpus are rare: a count of buckets drops them before the costly sort.
        buckets = codes >> np.uint64(40)
        codes = codes[np.bincount(buckets.astype(np.int64), minlength=1 << 24)[buckets.astype(np.int64)] >= least]
    values, counts = np.unique(codes, return_counts=True)
    return values[counts >= least], counts[counts >= least]


def _among(codes: NDArray[np.uint64], kept: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which codes are among some ascending ones."""
    if not len(kept):
        return np.zeros(len(codes), dtype=bool)
    place = np.minimum(np.searchsorted(kept, codes), len(kept) - 1)
    found: NDArray[np.bool_] = kept[place] == codes
    return found


def _bar(counts: NDArray[np.int64]) -> int:
    """The least number of occurrences that leaves no more than MOST candidates; `counts` has one entry a candidate."""
    return 0 if len(counts) <= MOST else int(np.sort(counts)[-MOST - 1]) + 1


def _collect(side: Side, hashes: NDArray[np.uint64], at: NDArray[np.int64], lengths: NDArray[np.int16]) -> Candidates:
    order = np.lexsort((at, hashes))
    hashes, at, lengths = hashes[order], at[order], lengths[order]
    _, first, of, count = np.unique(hashes, return_index=True, return_inverse=True, return_counts=True)
    length = lengths[first]
    words = [_words(side, int(at[k]), int(n)) for k, n in zip(first, length, strict=True)]
    ends = np.concatenate([first, [len(hashes)]]).astype(np.int64)
    return Candidates(words, length, count.astype(np.int32), of.astype(np.int32), at, ends)


def _words(side: Side, start: int, length: int) -> tuple[str, ...]:
    return tuple(side.vocabulary[key] for key in side.keys[start : start + length])


def _windows(side: Side) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.uint64]]]:
    """For each length: first tokens of the windows that may be terms, and a hash of their words."""
    flags, n = side.flags, len(side.keys)
    may_start, may_end = _edges(side)
    hard = _running((flags & s.HARD) != 0)
    needs_capital = _running((flags & s.CAPITAL_INNER) != 0)
    capital_at = (flags & s.CAPITAL) != 0
    capitals = _running(capital_at)
    # An English name with prepositions has capitals throughout.
    small = _running(_plain_words(side))
    commas = _running((flags & s.COMMA) != 0)
    hyphens = _running(((flags & s.HYPHEN) != 0) & ~_joining(side))
    codes = np.zeros(n, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for length in range(1, min(LONGEST[side.lang], n) + 1):
            last = n - length + 1
            codes = codes[:last] * _MULTIPLIER + (side.keys[length - 1 :].astype(np.uint64) + np.uint64(1))
            codes ^= codes >> np.uint64(29)
            a, b = slice(last), slice(length, n + 1)
            fits = may_start[:last] & may_end[length - 1 :] & (side.unit[a] == side.unit[length - 1 :])
            fits &= (hard[b] == hard[a]) & (hyphens[b] == hyphens[a])
            named = capital_at[:last]
            if side.lang == "en":
                named = named & (capital_at[length - 1 :] | ((flags[length - 1 :] & s.NUMBER) != 0))
            fits &= (needs_capital[b] == needs_capital[a]) | (named & (small[b] == small[a]))
            if side.lang == "vi" and length == 1:
                fits &= capital_at  # a syllable alone is seldom a term
            listed = 1 if side.lang == "vi" and 4 <= length <= 8 else 0  # tự do hàng hải, hàng không
            fits &= (commas[b] - commas[a]) <= listed * (capitals[b] == capitals[a])
            if length > _LONGEST_PLAIN[side.lang]:
                fits &= ((capitals[b] - capitals[a]) > 0) & (small[b] == small[a])
            places = np.flatnonzero(fits)
            yield length, places, codes[places]


def _edges(side: Side) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a candidate may begin, and where it may end."""
    flags = side.flags
    content = ((flags & s.WORD) != 0) & ((flags & (s.HARD | s.INNER | s.CAPITAL_INNER)) == 0)
    number = (flags & s.NUMBER) != 0
    may_start = content & ~number & ((flags & s.NO_START) == 0) & ~side.glued
    may_end = content & ((flags & s.NO_END) == 0) & ~side.goes_on
    if len(number) > 1:
        # "Field Hospital No 6", "cấp 2": a number belongs to the word before it, if that is no name.
        may_end[:-1] &= ~number[1:] | ((flags[:-1] & s.CAPITAL) != 0)
        # "UNCLOS 1982": a number ends a name only.
        may_end[1:] &= ~number[1:] | ((flags[:-1] & s.CAPITAL) != 0)
    return may_start, may_end


def _plain_words(side: Side) -> NDArray[np.bool_]:
    """English words in small letters that join nothing."""
    if side.lang == "vi":
        return np.zeros(len(side.flags), dtype=bool)
    table = bounds(side.lang)
    joining = np.array([word in table["inner"] or word in table["capital"] for word in side.vocabulary] or [True])
    small = ((side.flags & s.WORD) != 0) & ((side.flags & (s.CAPITAL | s.NUMBER)) == 0)
    return np.asarray(small & ~joining[side.keys])


def _joining(side: Side) -> NDArray[np.bool_]:
    """Hyphens between two capitals: Việt Nam - EU."""
    joins = np.zeros(len(side.flags), dtype=bool)
    capital = (side.flags & s.CAPITAL) != 0
    if side.lang == "vi" and len(joins) > 2:
        joins[1:-1] = ((side.flags[1:-1] & s.HYPHEN) != 0) & capital[:-2] & capital[2:]
    return joins


def _running(marks: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Running count: entry i counts the marks before i."""
    counts = np.zeros(len(marks) + 1, dtype=np.int32)
    np.cumsum(marks, out=counts[1:])
    return counts
