"""What a search for near-duplicates holds of each text: numbers of a fixed size, never the text.

Members of a text are the hashes of its words and word pairs, mixed with those of its numbers: texts with different
numbers share none. The rarest members are its prefix (Chaudhuri et al. 2006); a bitmap of all of them bounds from below
how many two texts do not share (Sandes et al. 2020).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Sides: TypeAlias = Sequence[str]  # texts of one item in the form of `forms.key`, such as (vi, en)
Hashes: TypeAlias = NDArray[np.uint64]
Ints: TypeAlias = NDArray[np.int64]

SLACK: Final = 1e-9  # 0.9 * 10 is 9.000000000000002 to a computer
TOKEN_BITS: Final = 28
_CHUNK: Final = 2048  # items hashed at a time
_FEWEST_BUCKETS, _MOST_BUCKETS = 1 << 14, 1 << 24  # of the counts of members; a clash costs time, no result
_NUMBER: Final = re.compile(r"\d+")
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True)
class Prints:
    """Prints of n items.

    Attributes:
        sizes: members of each side, int32 [n, sides].
        bitmaps: members of each side as 128 bits, uint64 [n, sides, 2].
        tokens: prefixes of all items one after the other, 28 bits of each member; members that no other item has are
            left out.
        begins, lengths: where the prefix of an item stands in `tokens`, int64 [n], int32 [n].
        skipped: members left out at the front of the prefix, int32 [n].
    """

    sizes: NDArray[np.int32]
    bitmaps: Hashes
    tokens: NDArray[np.uint32]
    begins: Ints
    lengths: NDArray[np.int32]
    skipped: NDArray[np.int32]


@dataclass(frozen=True)
class _Members:
    """Distinct members of some items, sorted by item, side (`cells` is item times sides and side) and hash."""

    count: int
    cells: Ints
    hashes: Hashes


def prints(items: Sequence[Sides], threshold: float) -> Prints:
    """Prints for a search at a threshold. The items are gone through twice, in order.

    An item whose last side has no word gets no prefix and so meets nothing.
    """
    n, sides = len(items), len(items[0]) if len(items) else 1
    counts = np.zeros(_buckets(n), dtype=np.int32)
    for found in _hashed(items):
        np.add.at(counts, found.hashes & np.uint64(len(counts) - 1), 1)
    made = Prints(
        np.zeros((n, sides), dtype=np.int32),
        np.zeros((n, sides, 2), dtype=np.uint64),
        np.zeros(0, dtype=np.uint32),
        np.zeros(n, dtype=np.int64),
        np.zeros(n, dtype=np.int32),
        np.zeros(n, dtype=np.int32),
    )
    tokens: list[NDArray[np.uint32]] = [made.tokens]
    at = 0
    for found in _hashed(items):
        part = slice(at, at + found.count)
        _measure(made, part, found)
        tokens.append(_prefixes(made, part, found, counts, threshold))
        at += found.count
    made.begins[1:] = np.cumsum(made.lengths, dtype=np.int64)[:-1]
    return Prints(made.sizes, made.bitmaps, np.concatenate(tokens), made.begins, made.lengths, made.skipped)


def _buckets(items: int) -> int:
    return int(min(max(_FEWEST_BUCKETS, 1 << (items * 32).bit_length()), _MOST_BUCKETS))


def _hashed(items: Iterable[Sides]) -> Iterator[_Members]:
    """Members of the items, some at a time."""
    each = iter(items)
    while chunk := list(islice(each, _CHUNK)):
        partition = np.fromiter(map(_partition, chunk), dtype=np.uint64, count=len(chunk))
        sides = [_side([item[side] for item in chunk], side, partition) for side in range(len(chunk[0]))]
        owners = np.concatenate([own for own, _ in sides])
        hashes = np.concatenate([found for _, found in sides])
        cells = owners * len(sides) + np.repeat(np.arange(len(sides)), [len(own) for own, _ in sides])
        order = np.lexsort((hashes, cells))
        cells, hashes = cells[order], hashes[order]
        new = np.ones(len(hashes), dtype=bool)
        new[1:] = (hashes[1:] != hashes[:-1]) | (cells[1:] != cells[:-1])
        yield _Members(len(chunk), cells[new], hashes[new])


def _partition(item: Sides) -> int:
    """Hash of the numbers of all sides: near-duplicates have the same."""
    said = "|".join(" ".join(_NUMBER.findall(text)) for text in item)
    return _hash(said) if len(said) >= len(item) else 0


@lru_cache(maxsize=1 << 16)
def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _side(texts: Sequence[str], side: int, partition: Hashes) -> tuple[Ints, Hashes]:
    """Owners and hashes of the words and word pairs of one side, not yet distinct."""
    words = [text.split() for text in texts]
    owners = np.repeat(np.arange(len(texts)), [len(found) for found in words])
    single = np.fromiter(map(_hash, chain.from_iterable(words)), dtype=np.uint64, count=len(owners))
    inside = owners[1:] == owners[:-1]
    double = (single[:-1] * _ODD + (single[1:] ^ (single[1:] >> np.uint64(29))) * _MIX)[inside]
    owners = np.concatenate([owners, owners[1:][inside]])
    mixed = np.concatenate([single, double]) ^ partition[owners] * _ODD ^ np.uint64(_hash(f"side {side}"))
    mixed = (mixed ^ (mixed >> np.uint64(31))) * _MIX
    return owners, mixed ^ (mixed >> np.uint64(32))


def _measure(made: Prints, part: slice, found: _Members) -> None:
    """Sizes and bitmaps of some items."""
    sides = made.sizes.shape[1]
    cell = found.cells
    made.sizes[part] = np.bincount(cell, minlength=found.count * sides).reshape(-1, sides)
    starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]]) if len(cell) else cell
    place = found.hashes >> np.uint64(57)
    bit = np.uint64(1) << (place & np.uint64(63))
    maps = np.zeros((found.count * sides, 2), dtype=np.uint64)
    for word in (0, 1) if len(cell) else ():
        maps[cell[starts], word] = np.bitwise_or.reduceat(np.where(place >> np.uint64(6) == word, bit, 0), starts)
    made.bitmaps[part] = maps.reshape(-1, sides, 2)


def _prefixes(
    made: Prints, part: slice, found: _Members, counts: NDArray[np.int32], threshold: float
) -> NDArray[np.uint32]:
    """Tokens of the rarest members, as many as a similar item cannot miss all of; lengths and skipped are set."""
    sizes = made.sizes[part]
    total = sizes.sum(axis=1, dtype=np.int64)
    keep = total - np.ceil(threshold * total - SLACK).astype(np.int64) + 1
    keep[sizes[:, -1] == 0] = 0
    often = counts[found.hashes & np.uint64(len(counts) - 1)]
    owners = found.cells // sizes.shape[1]
    order = np.lexsort((found.hashes, often, owners))
    owners, often = owners[order], often[order]
    place = np.arange(len(order)) - (np.cumsum(total) - total)[owners]
    kept = place < keep[owners]
    alone = kept & (often == 1)
    made.skipped[part] = np.bincount(owners[alone], minlength=found.count)
    stored = kept & (often > 1)
    made.lengths[part] = np.bincount(owners[stored], minlength=found.count)
    tokens: NDArray[np.uint32] = (found.hashes[order][stored] >> np.uint64(64 - TOKEN_BITS)).astype(np.uint32)
    return tokens
