"""One document as the aligner sees it: lengths, vectors and anchors of its segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from align.anchors import facts, find
from align.types import Lang, Vectors

_NAME: Final = "name"


@dataclass(frozen=True)
class Side:
    """Segments of one document.

    Attributes:
        lengths: characters, float64 [n].
        vectors: float32 [n, dim], unit rows, zero for a segment without content.
        facts: keys of numbers, money, percentages and dates, one set a segment.
        names: keys of names and acronyms, one set a segment.
        tokens, offsets: features of the embedded encoder, int32 [total] and int64 [n + 1]: segment k has
            `tokens[offsets[k] : offsets[k + 1]]`.
        headline: whether the first segment is one.
    """

    lengths: NDArray[np.float64]
    vectors: Vectors
    facts: tuple[frozenset[str], ...]
    names: tuple[frozenset[str], ...]
    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    headline: bool = False

    def __len__(self) -> int:
        return len(self.lengths)

    def part(self, start: int, stop: int) -> Side:
        """The document from segment `start` to before `stop`."""
        offsets = self.offsets[start : stop + 1]
        return Side(
            self.lengths[start:stop],
            self.vectors[start:stop],
            self.facts[start:stop],
            self.names[start:stop],
            self.tokens[offsets[0] : offsets[-1]],
            offsets - offsets[0],
            headline=self.headline and start == 0,
        )


class Featurizer(Protocol):
    """Gives the feature ids of texts."""

    def ids(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """All ids in one array, and where each text's ids begin and end."""
        ...


def make_side(
    texts: Sequence[str], vectors: Vectors, lang: Lang, featurizer: Featurizer, *, headline: bool = False
) -> Side:
    """Measure segments and find their anchors.

    Args:
        texts: segments, NFC; an empty one is allowed.
        vectors: of the same segments.
        lang: language of the texts.
        featurizer: that of the embedded encoder, whatever encoder made the vectors.
        headline: whether the first segment is a headline.
    """
    return replace(side_of(texts, lang, featurizer.ids(texts), headline=headline), vectors=vectors)


def side_of(
    texts: Sequence[str],
    lang: Lang,
    features: tuple[NDArray[np.int32], NDArray[np.int64]],
    *,
    headline: bool = False,
) -> Side:
    """As `make_side`, without vectors, from the features of the embedded encoder as `Featurizer.ids` gives them."""
    found = [find(text, lang) for text in texts]
    return Side(
        np.array([len(text) for text in texts], dtype=np.float64),
        np.zeros((0, 0), dtype=np.float32),
        tuple(frozenset(fact for anchor in row for fact in facts(anchor)) for row in found),
        tuple(frozenset(anchor.key for anchor in row if anchor.kind == _NAME) for row in found),
        *features,
        headline=headline,
    )
