"""Near-duplicates: texts that share almost all words, found exactly and without comparing every pair.

Two texts are near-duplicates if the Jaccard similarity of their words and word pairs, in folded form, reaches a
threshold and they hold the same numbers. Candidates come from prefix filtering (Chaudhuri et al. 2006; Bayardo et al.
2007): of two sets this similar, the rarest few members of one always meet the rarest few of the other.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.text import fold

# In 20 words one inserted word keeps .90, one exchanged word .86 of the words and word pairs.
FILTER: Final = 0.9
LEAK: Final = 0.8
_BUCKETS: Final = 1 << 22  # of the counts that tell rare words from frequent ones; a clash costs time, no result
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d+")


def key(text: str) -> str:
    """The form in which two texts are the same: folded words, single spaces."""
    return " ".join(_WORD.findall(fold(text)))


@lru_cache(maxsize=1 << 16)
def shingles(folded: str) -> frozenset[str]:
    """Words and word pairs of a text in the form of `key`."""
    words = folded.split()
    return frozenset(words) | frozenset(map(" ".join, pairwise(words)))


@lru_cache(maxsize=1 << 16)
def numbers(folded: str) -> tuple[str, ...]:
    """The digits of a text in the form of `key`, in their order."""
    return tuple(_NUMBER.findall(folded))


def similarity(one: str, other: str) -> float:
    """Jaccard similarity of two texts in the form of `key`; 0 where their numbers differ, 1 for equal texts."""
    if one == other:
        return 1.0
    if numbers(one) != numbers(other):
        return 0.0
    a, b = shingles(one), shingles(other)
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def pairs(folded: Sequence[str], threshold: float) -> Iterator[tuple[int, int]]:
    """Positions i < j of all texts with a similarity of at least `threshold`, each pair once, sorted.

    Args:
        folded: texts in the form of `key`; equal ones are better passed once.
        threshold: above 0.
    """
    sets = [_hashes(text) for text in folded]
    counts = np.zeros(_BUCKETS, dtype=np.int32)
    for row in sets:
        counts[row % _BUCKETS] += 1
    prefixes = [_prefix(row, counts, threshold) for row in sets]
    del sets
    found = {(int(i), int(j)) for i, j in _meeting(prefixes) if similarity(folded[i], folded[j]) >= threshold}
    yield from sorted(found)


def _hashes(text: str) -> NDArray[np.int64]:
    found = (item.encode() for item in shingles(text))
    return np.fromiter((zlib.crc32(item) << 31 ^ zlib.adler32(item) for item in found), dtype=np.int64)


def _prefix(row: NDArray[np.int64], counts: NDArray[np.int32], threshold: float) -> NDArray[np.int64]:
    """The rarest members, as many as a similar set cannot miss all of."""
    size = len(row)
    # Rounded down a little: 0.9 * 10 is 9.000000000000002 to a computer.
    keep = size - math.ceil(threshold * size - 1e-9) + 1
    return row[np.lexsort((row, counts[row % _BUCKETS]))[:keep]]


def _meeting(prefixes: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Positions i < j of sets whose prefixes share a member, int64 [pairs, 2], sorted, each pair once."""
    members = np.concatenate([*prefixes, np.array([], dtype=np.int64)])
    owners = np.repeat(np.arange(len(prefixes)), [len(row) for row in prefixes])
    order = np.lexsort((owners, members))
    members, owners = members[order], owners[order]
    bounds = np.r_[0, np.flatnonzero(members[1:] != members[:-1]) + 1, len(members)]
    codes: list[NDArray[np.int64]] = []
    for start, end in zip(bounds[:-1][np.diff(bounds) > 1], bounds[1:][np.diff(bounds) > 1], strict=True):
        i, j = np.triu_indices(end - start, 1)
        group = owners[start:end]
        codes.append(group[i] * len(prefixes) + group[j])
    distinct = np.unique(np.concatenate([*codes, np.array([], dtype=np.int64)]))
    return np.stack(np.divmod(distinct, max(len(prefixes), 1)), axis=1)


def groups(texts: Iterable[Sequence[str]], threshold: float = FILTER) -> list[int]:
    """Number of the group of each item: items whose texts are near-duplicates side by side, all sides at once.

    Args:
        texts: a tuple of texts an item, such as (vi, en).
        threshold: least similarity of every side.

    Returns:
        For each item the position of the first item that it is connected with, over others if need be.
    """
    keys = [tuple(map(key, sides)) for sides in texts]
    first: dict[tuple[str, ...], int] = {}
    root = [first.setdefault(sides, number) for number, sides in enumerate(keys)]
    distinct = list(first)
    if distinct:
        # The last side proposes (English, whose words are rarer), all sides decide.
        for i, j in pairs([sides[-1] for sides in distinct], threshold):
            both = zip(distinct[i], distinct[j], strict=True)
            if all(similarity(one, other) >= threshold for one, other in both):
                _join(root, first[distinct[i]], first[distinct[j]])
    return [_root(root, number) for number in range(len(root))]


def _root(root: list[int], number: int) -> int:
    while root[number] != number:
        root[number] = root[root[number]]
        number = root[number]
    return number


def _join(root: list[int], one: int, other: int) -> None:
    a, b = sorted((_root(root, one), _root(root, other)))
    root[b] = a
