"""Duplicates and near-duplicates: of units that say the same, the best is kept."""

from __future__ import annotations

from array import array
from contextlib import closing
from typing import Final

import numpy as np

from align.curation import neardup
from align.digests import Digests, Ints, best
from align.filters.stream import Chosen, Stream, Texts
from align.text import normalized

DUPLICATE: Final = "duplicate"
NEAR_DUPLICATE: Final = "near_duplicate"


def duplicates(stream: Stream) -> Ints:
    """Positions of units with the same text on both sides as one of better quality (or equal, and earlier)."""
    texts, qualities = Digests(), array("d")
    for _, unit in stream.living():
        texts.add(f"{normalized(unit.vi)}\n{normalized(unit.en)}")
        qualities.append(unit.quality)
    return np.delete(stream.positions(), best(texts.groups(), np.array(qualities)))


def near_duplicates(stream: Stream, threshold: float = neardup.FILTER) -> Ints:
    """Positions of units that are near-duplicates on both sides of one of better quality (or equal, and earlier).

    A unit goes only if the one that stays is itself a near-duplicate of it: no chain of small differences removes
    what is unlike everything that stays.

    Args:
        stream: the units; their texts in the form of `neardup.key` are kept aside in its folder.
        threshold: least similarity of either side; see `neardup`.
    """
    digests, quality_list = Digests(), array("d")
    with closing(Texts(stream.folder)) as texts:
        for _, unit in stream.living():
            sides = neardup.key(unit.vi), neardup.key(unit.en)
            texts.add(*sides)
            digests.add("\n".join(sides))
            quality_list.append(unit.quality)
        qualities = np.array(quality_list)
        # Of the same words the best unit stands for all: what it is too near to, they are.
        first = np.sort(best(digests.groups(), qualities))
        order = np.lexsort((first, -qualities[first]))
        del digests
        redundant = neardup.redundant(Chosen(texts, first), order, threshold)
    return np.delete(stream.positions(), first[~redundant])
