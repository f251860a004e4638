"""Near-duplicates: texts that share almost all words, found exactly and without comparing every pair.

Two texts are near-duplicates if the Jaccard similarity of their words and word pairs, in folded form, reaches a
threshold and they hold the same numbers. Candidates come from prefix filtering (Chaudhuri et al. 2006; Bayardo et al.
2007): of two sets this similar, the rarest few members of one always meet the rarest few of the other. Candidates are
found by `meeting` from numbers alone; the texts of the few that are left decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.curation.forms import key, numbers, shingles, similarity
from align.curation.meeting import Meeting
from align.curation.prints import Ints, Sides, prints

__all__ = ["FILTER", "LEAK", "groups", "key", "numbers", "pairs", "redundant", "shingles", "similarity"]

# In 20 words one inserted word keeps .90, one exchanged word .86 of the words and word pairs.
FILTER: Final = 0.9
LEAK: Final = 0.8


def pairs(folded: Sequence[str], threshold: float) -> Iterator[tuple[int, int]]:
    """Positions i < j of all texts with a similarity of at least `threshold`, each pair once, sorted.

    Args:
        folded: texts in the form of `key`; equal ones are better passed once.
        threshold: above 0.
    """
    return _pairs([(text,) for text in folded], threshold)


def _pairs(items: Sequence[Sides], threshold: float) -> Iterator[tuple[int, int]]:
    """As `pairs`, of items that are alike on every side."""
    meeting = Meeting(prints(items, threshold), np.arange(len(items)), threshold)
    found = [
        (earlier, later)
        for block in meeting.blocks()
        for later, earlier in block.tolist()
        if _alike(items[earlier], items[later], threshold)
    ]
    yield from sorted(found)


def _alike(one: Sides, other: Sides, threshold: float) -> bool:
    return all(similarity(a, b) >= threshold for a, b in zip(one, other, strict=True))


def redundant(items: Sequence[Sides], order: Ints, threshold: float = FILTER) -> NDArray[np.bool_]:
    """Which items are near-duplicates, on every side, of an earlier one that stays.

    Held in memory are some 150 bytes an item; texts are read when a pair is likely.

    Args:
        items: texts in the form of `key`, all different; may be read from disk.
        order: the items from the one that stays in any case to the last.
        threshold: least similarity of every side.

    Returns:
        bool [items].
    """
    meeting = Meeting(prints(items, threshold), order, threshold)
    gone = meeting.gone
    for block in meeting.blocks():
        for later, earlier in block.tolist():
            if not (gone[later] or gone[earlier]):
                gone[later] = _alike(items[order[later]], items[order[earlier]], threshold)
    found = np.zeros(len(items), dtype=bool)
    found[order] = gone
    return found


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
    for i, j in _pairs(distinct, threshold):
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
