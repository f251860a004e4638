"""Pairs of items that may be near-duplicates, from their prints alone: none that is one is missed.

Items come in an order; each looks for earlier ones. A pair must share a member of both prefixes, early enough for the
rest to suffice (Xiao et al. 2008), and its bitmaps must not differ in too many bits on any side.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from align.curation.prints import SLACK, Hashes, Ints, Prints

_RANK_BITS: Final = 28
_PLACE_BITS: Final = 8
_RANKS: Final = np.uint64((1 << _RANK_BITS) - 1)
_PLACES: Final = np.uint64((1 << _PLACE_BITS) - 1)
_TOKEN_SHIFT: Final = np.uint64(_RANK_BITS + _PLACE_BITS)
_RANK_SHIFT: Final = np.uint64(_PLACE_BITS)
_RANKS_AT_ONCE: Final = 1024  # items looked up at a time
_PAIRS_AT_ONCE: Final = 1 << 18  # pairs looked at in one step


class Meeting:
    """Candidates of items in a given order.

    Attributes:
        gone: by rank; an item that is set is no longer a partner. Set by whoever asks, between two blocks.
    """

    def __init__(self, prints: Prints, order: Ints, threshold: float) -> None:
        """Sort the prefixes; 8 bytes for each of their members.

        Raises:
            ValueError: too many items for one search.
        """
        if len(order) > 1 << _RANK_BITS:
            raise ValueError(f"{len(order)} texts, expected {1 << _RANK_BITS} at most in one search")
        self._sizes = prints.sizes[order]
        self._bitmaps = prints.bitmaps[order]
        self._total = self._sizes.sum(axis=1)
        self._begins, self._lengths, self._skipped = prints.begins[order], prints.lengths[order], prints.skipped[order]
        self._tokens = prints.tokens
        self._threshold = threshold
        self._entries = self._sorted()
        self._wasted = 0
        self.gone = np.zeros(len(order), dtype=bool)

    def blocks(self) -> Iterator[Ints]:
        """Candidates as (rank, earlier rank), int64 [pairs, 2], sorted; all those of a rank stand in one block."""
        for first in range(0, len(self.gone), _RANKS_AT_ONCE):
            ranks = np.arange(first, min(first + _RANKS_AT_ONCE, len(self.gone)))
            yield from self._of_ranks(ranks)
            if self._wasted > len(self._entries):
                ranks = (self._entries >> _RANK_SHIFT & _RANKS).astype(np.int64)
                self._entries = self._entries[~self.gone[ranks]]
                self._wasted = 0

    def _sorted(self) -> Hashes:
        """Members as (token, rank, place in the prefix) in one number, sorted; tokens of one item are left out."""
        parts = [np.zeros(0, dtype=np.uint64)]
        for first in range(0, len(self._begins), _PAIRS_AT_ONCE):
            ranks = np.arange(first, min(first + _PAIRS_AT_ONCE, len(self._begins)))
            tokens, owners, places = self._prefixes(ranks)
            parts.append(tokens << _TOKEN_SHIFT | owners.astype(np.uint64) << _RANK_SHIFT | places)
        entries = np.concatenate(parts)
        entries.sort()
        same = entries[1:] >> _TOKEN_SHIFT == entries[:-1] >> _TOKEN_SHIFT
        found: Hashes = entries[np.r_[same, False] | np.r_[False, same]] if len(entries) else entries
        return found

    def _prefixes(self, ranks: Ints) -> tuple[Hashes, Ints, Hashes]:
        """Tokens of the prefixes of some items, with the rank of the owner and the place."""
        lengths = self._lengths[ranks].astype(np.int64)
        inside = _counted(lengths)
        tokens = self._tokens[np.repeat(self._begins[ranks], lengths) + inside].astype(np.uint64)
        places = np.minimum(np.repeat(self._skipped[ranks], lengths) + inside, _PLACES.astype(np.int64))
        return tokens, np.repeat(ranks, lengths), places.astype(np.uint64)

    def _of_ranks(self, ranks: Ints) -> Iterator[Ints]:
        tokens, owners, places = self._prefixes(ranks)
        low = np.searchsorted(self._entries, tokens << _TOKEN_SHIFT)
        high = np.searchsorted(self._entries, tokens << _TOKEN_SHIFT | owners.astype(np.uint64) << _RANK_SHIFT)
        some = high > low
        low, widths, owners, own_places = low[some], (high - low)[some], owners[some], places[some].astype(np.int64)
        for start, end in _steps(owners, widths):
            part = slice(start, end)
            yield self._pairs(low[part], widths[part], owners[part], own_places[part])

    def _pairs(self, low: Ints, widths: Ints, owners: Ints, places: Ints) -> Ints:
        """Candidates among so many entries of the sorted members, from `low` on."""
        entries = self._entries[np.repeat(low, widths) + _counted(widths)]
        others = (entries >> _RANK_SHIFT & _RANKS).astype(np.int64)
        own, place = np.repeat(owners, widths), np.repeat(places, widths)
        there = ~self.gone[others]
        self._wasted += len(there) - int(there.sum())
        own, others, place, entries = own[there], others[there], place[there], entries[there]
        left = np.minimum(self._total[own] - place, self._total[others] - (entries & _PLACES).astype(np.int64))
        enough = left >= self._threshold / (1 + self._threshold) * (self._total[own] + self._total[others]) - SLACK
        own, others = self._alike(own[enough], others[enough])
        codes = np.unique(own * len(self.gone) + others)
        return np.stack(np.divmod(codes, max(len(self.gone), 1)), axis=1)

    def _alike(self, own: Ints, others: Ints) -> tuple[Ints, Ints]:
        """Pairs whose bitmaps do not differ in more bits than members may differ, on each side."""
        for side in reversed(range(self._sizes.shape[1])):
            sizes = self._sizes[own, side] + self._sizes[others, side]
            differing = np.zeros(len(own), dtype=np.int64)
            for word in (0, 1):
                differing += _ones(self._bitmaps[own, side, word] ^ self._bitmaps[others, side, word])
            near = differing <= (1 - self._threshold) / (1 + self._threshold) * sizes + SLACK
            own, others = own[near], others[near]
        return own, others


def _counted(lengths: Ints) -> Ints:
    """0, 1, 2 ... for each length, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)


def _steps(owners: Ints, widths: Ints) -> Iterator[tuple[int, int]]:
    """Parts of about so many pairs; an owner is in one part."""
    if not len(owners):
        return
    bounds = np.r_[np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]), len(owners)]
    sums = np.r_[0, np.cumsum(widths)][bounds]
    at = 0
    while at < len(bounds) - 1:
        to = max(int(np.searchsorted(sums, sums[at] + _PAIRS_AT_ONCE, side="right")) - 1, at + 1)
        yield int(bounds[at]), int(bounds[to])
        at = to


def _ones(words: Hashes) -> Ints:
    """Number of bits that are set."""
    pairs = words - (words >> np.uint64(1) & np.uint64(0x5555555555555555))
    fours = (pairs & np.uint64(0x3333333333333333)) + (pairs >> np.uint64(2) & np.uint64(0x3333333333333333))
    eights = fours + (fours >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    sums: Ints = (eights * np.uint64(0x0101010101010101) >> np.uint64(56)).astype(np.int64)
    return sums
