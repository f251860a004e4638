"""Spans that no term may cut: names that both sides share, names of places, forms of a term list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.glossary.side import CAPITAL, CAPITAL_INNER, HARD, INNER, NO_END, NO_START, Side
from align.text import fold

_LONGEST_NAME: Final = 5
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_BOUNDING: Final = np.uint16(HARD | INNER | CAPITAL_INNER | NO_START | NO_END)
Keys = tuple[str, ...]
Span = tuple[NDArray[np.int64], int]  # first tokens, length


def keep_names_whole(vi: Side, en: Side) -> tuple[Side, Side]:
    """Both sides with the inside of shared names barred: Tô Lâm and To Lam, Anwar Ibrahim."""
    common: dict[str, int] = {}
    numbers = [
        np.array([common.setdefault(fold(word), len(common)) for word in side.vocabulary] or [0], dtype=np.uint64)
        for side in (vi, en)
    ]
    spans: tuple[list[Span], list[Span]] = ([], [])
    for length in range(2, _LONGEST_NAME + 1):
        found = [_capital_runs(side, ids, length) for side, ids in zip((vi, en), numbers, strict=True)]
        shared = np.intersect1d(found[0][1], found[1][1])
        for (places, codes), kept in zip(found, spans, strict=True):
            kept.append((places[np.isin(codes, shared)], length))
    return _barred(vi, spans[0], []), _barred(en, spans[1], [])


def _capital_runs(side: Side, ids: NDArray[np.uint64], length: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """First tokens of the windows of capitals alone, and a hash of their folded words."""
    n = len(side.keys) - length + 1
    if n <= 0:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    capital = (side.flags & CAPITAL) != 0
    fits = side.unit[:n] == side.unit[length - 1 :]
    codes = np.zeros(n, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for k in range(length):
            fits &= capital[k : n + k]
            codes = codes * _MULTIPLIER + ids[side.keys[k : n + k]] + np.uint64(1)
            codes ^= codes >> np.uint64(29)
    places = np.flatnonzero(fits)
    return places, codes[places]


def keep_phrases_whole(side: Side, phrases: Iterable[Keys], terms: Iterable[Keys] = ()) -> Side:
    """A side with the inside of known phrases barred where they stand.

    Args:
        side: the tokens.
        phrases: keys of phrases.
        terms: keys of terms, which may begin and end wherever they stand, inside longer ones too, and which no
            function word or verb keeps from being found.
    """
    listed = {phrase for phrase in terms if len(phrase) > 1}
    numbers = {word: number for number, word in enumerate(side.vocabulary)}
    order = np.argsort(side.keys, kind="stable")
    ends = np.searchsorted(side.keys[order], np.arange(len(side.vocabulary) + 1))
    spans: list[Span] = []
    free: list[Span] = []
    for phrase in dict.fromkeys([*phrases, *listed]):
        ids = [numbers.get(word, -1) for word in phrase]
        if len(ids) > 1 and min(ids) >= 0:
            found = matches(side, order[ends[ids[0]] : ends[ids[0] + 1]], ids)
            (free if phrase in listed else spans).append((found, len(ids)))
    return _barred(side, [*spans, *free], free)


def matches(side: Side, places: NDArray[np.int64], ids: list[int]) -> NDArray[np.int64]:
    """Places at which all of some keys follow each other within a unit."""
    places = places[places + len(ids) <= len(side.keys)]
    for k, number in enumerate(ids):
        places = places[side.keys[places + k] == number]
    found: NDArray[np.int64] = places[side.unit[places] == side.unit[places + len(ids) - 1]]
    return found


def _barred(side: Side, spans: Iterable[Span], free: Iterable[Span]) -> Side:
    """A side with the insides of spans barred, and the edges of some spans opened."""
    glued, goes_on, flags = side.glued.copy(), side.goes_on.copy(), side.flags.copy()
    spans = list(spans)
    for places, length in spans:
        glued[places] = False
        goes_on[places + length - 1] = False
    for places, length in spans:
        for k in range(1, length):
            glued[places + k] = True
            goes_on[places + k - 1] = True
    for places, length in free:
        glued[places] = False
        goes_on[places + length - 1] = False
        for k in range(length):
            flags[places + k] &= ~_BOUNDING
    return replace(side, glued=glued, goes_on=goes_on, flags=flags)
