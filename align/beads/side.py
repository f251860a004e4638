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


def side_of_runs(
    side: Side, runs: Sequence[Sequence[int]], texts: Sequence[str], lang: Lang, featurizer: Featurizer
) -> Side:
    """A side whose segments are runs of segments of another, without vectors; as `side_of` of their texts.

    What is known of a run of one segment is taken over: it is the most of them, and finding anchors takes time.

    Args:
        side: the document.
        runs: ascending segments of each run.
        texts: of the runs.
        lang: their language.
        featurizer: that of the embedded encoder.
    """
    merged = [k for k, run in enumerate(runs) if len(run) > 1]
    made = side_of([texts[k] for k in merged], lang, featurizer.ids([texts[k] for k in merged]))
    place = {k: (made, number) for number, k in enumerate(merged)}
    found = [place.get(k, (side, run[0])) for k, run in enumerate(runs)]
    tokens = [one.tokens[one.offsets[number] : one.offsets[number + 1]] for one, number in found]
    ends = np.cumsum([0, *map(len, tokens)]).astype(np.int64)
    return Side(
        np.array([len(text) for text in texts], dtype=np.float64),
        np.zeros((0, 0), dtype=np.float32),
        tuple(one.facts[number] for one, number in found),
        tuple(one.names[number] for one, number in found),
        np.concatenate([*tokens, np.zeros(0, dtype=np.int32)]),
        ends,
    )


def joined_sides(sides: Sequence[Side]) -> Side:
    """Sides without vectors, one after the other."""
    starts = np.cumsum([0, *(len(side.tokens) for side in sides)])
    offsets = [side.offsets[1:] + start for side, start in zip(sides, starts, strict=False)]
    return Side(
        np.concatenate([np.zeros(0), *(side.lengths for side in sides)]),
        np.zeros((0, 0), dtype=np.float32),
        tuple(keys for side in sides for keys in side.facts),
        tuple(keys for side in sides for keys in side.names),
        np.concatenate([np.zeros(0, dtype=np.int32), *(side.tokens for side in sides)]),
        np.concatenate([np.zeros(1, dtype=np.int64), *offsets]),
    )
