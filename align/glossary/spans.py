"""Spans that no term may cut: names that both sides share, names of places, forms of a term list."""

from __future__ import annotations

from collections import defaultdict
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


def keep_names_whole(vi: Side, en: Side) -> tuple[Side, Side]:
    """Both sides with the inside of shared names barred: Tô Lâm and To Lam, Anwar Ibrahim."""
    common: dict[str, int] = {}
    numbers = [
        np.array([common.setdefault(fold(word), len(common)) for word in side.vocabulary] or [0], dtype=np.uint64)
        for side in (vi, en)
    ]
    glued = [side.glued.copy() for side in (vi, en)]
    for length in range(2, _LONGEST_NAME + 1):
        found = [_capital_runs(side, ids, length) for side, ids in zip((vi, en), numbers, strict=True)]
        shared = np.intersect1d(found[0][1], found[1][1])
        for (places, codes), inside in zip(found, glued, strict=True):
            _bar(inside, places[np.isin(codes, shared)], length)
    return replace(vi, glued=glued[0]), replace(en, glued=glued[1])


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


def keep_phrases_whole(side: Side, phrases: Iterable[Keys], *, terms: bool = False) -> Side:
    """A side with the inside of known phrases barred where they stand.

    Args:
        side: the tokens.
        phrases: keys of phrases.
        terms: whether they are terms, which no function word or verb inside or at the edge keeps from being found.
    """
    numbers = {word: number for number, word in enumerate(side.vocabulary)}
    by_first: dict[int, list[list[int]]] = defaultdict(list)
    for phrase in phrases:
        ids = [numbers.get(word, -1) for word in phrase]
        if len(ids) > 1 and min(ids) >= 0:
            by_first[ids[0]].append(ids)
    glued, flags = side.glued.copy(), side.flags.copy()
    order = np.argsort(side.keys, kind="stable")
    ends = np.searchsorted(side.keys[order], np.arange(len(side.vocabulary) + 1))
    for first, wanted in by_first.items():
        places = order[ends[first] : ends[first + 1]]
        for ids in wanted:
            found = _matches(side, places, ids)
            _bar(glued, found, len(ids))
            if terms:
                for k in range(len(ids)):
                    flags[found + k] &= ~_BOUNDING
    return replace(side, glued=glued, flags=flags)


def _matches(side: Side, places: NDArray[np.int64], ids: list[int]) -> NDArray[np.int64]:
    """Places at which all of some keys follow each other within a unit."""
    places = places[places + len(ids) <= len(side.keys)]
    for k, number in enumerate(ids):
        places = places[side.keys[places + k] == number]
    return places[side.unit[places] == side.unit[places + len(ids) - 1]]


def _bar(glued: NDArray[np.bool_], places: NDArray[np.int64], length: int) -> None:
    """Bar the edges inside spans; what ties the first word to the one before is loosed."""
    for k in range(1, length):
        glued[places + k] = True
    if len(places):
        glued[places] = False
        # Another span may hold this one: its inside stays barred.
