"""One document as the aligner sees it: lengths, vectors and anchors of its segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align import anchors
from align.types import Lang, Vectors

_NAME = "name"


@dataclass(frozen=True)
class Side:
    """Segments of one document.

    Attributes:
        lengths: characters, float64 [n].
        vectors: float32 [n, dim], unit rows, zero for a segment without content.
        facts: keys of numbers, money, percentages and dates, one set a segment.
        names: keys of names and acronyms, one set a segment.
    """

    lengths: NDArray[np.float64]
    vectors: Vectors
    facts: tuple[frozenset[str], ...]
    names: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.lengths)



def make_side(texts: Sequence[str], vectors: Vectors, lang: Lang) -> Side:
    """Measure segments and find their anchors.

    Args:
        texts: segments, NFC; an empty one is allowed.
        vectors: of the same segments.
        lang: language of the texts.
    """
    found = [anchors.find(text, lang) for text in texts]
    return Side(
        np.array([len(text) for text in texts], dtype=np.float64),
        vectors,
        tuple(frozenset(fact for anchor in row for fact in anchors.facts(anchor)) for row in found),
        tuple(frozenset(anchor.key for anchor in row if anchor.kind == _NAME) for row in found),
    )
