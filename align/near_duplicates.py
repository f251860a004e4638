"""Near-duplicate documents of one language: the same wire story on several sites, a report and its update.

Five-word shingles of the folded text, MinHash signatures (Broder 1997), candidates by locality-sensitive bands, each
candidate checked by the exact Jaccard similarity of its shingles. One document of a group is aligned; the others share
its matches and give no units of their own.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.text import fold
from align.types import Document

_SHINGLE: Final = 5  # words
_SAME: Final = 0.7  # Jaccard similarity from which two documents are one story
_BANDS: Final = 12
_ROWS: Final = 4  # 12 bands of 4 rows find 96% of pairs at .7 and nearly all above .8
_LOOK_BACK: Final = 8  # documents of a bucket that each is compared with: of a story on a thousand sites, not all
_WORD: Final = re.compile(r"\w+")

Hashes = NDArray[np.uint64]


def _multipliers() -> Hashes:
    rng = np.random.Generator(np.random.PCG64(5))
    return rng.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)


_MULTIPLIERS: Final = _multipliers()


def shingles(text: str) -> Hashes:
    """Distinct hashes of the runs of five words; of the whole text where it has fewer."""
    words = [zlib.crc32(word.encode()) for word in _WORD.findall(fold(text))]
    if not words:
        return np.zeros(0, dtype=np.uint64)
    row = np.array(words, dtype=np.uint64)
    width = min(_SHINGLE, len(row))
    total = np.zeros(len(row) - width + 1, dtype=np.uint64)
    for k in range(width):
        total = total * np.uint64(0x9E3779B97F4A7C15) + row[k : k + len(total)]
    return np.unique(total)


def signature(hashes: Hashes) -> Hashes:
    """MinHash signature, uint64 [bands, rows]: two are equal in a place as often as their sets overlap."""
    mixed = hashes[:, None] * _MULTIPLIERS[None, :]
    mixed ^= mixed >> np.uint64(29)
    least: Hashes = (mixed * np.uint64(0xBF58476D1CE4E5B9)).min(axis=0).reshape(_BANDS, _ROWS)
    return least


def jaccard(one: Hashes, other: Hashes) -> float:
    """Share of the shingles of either that both have."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / max(len(one) + len(other) - shared, 1)


def groups(documents: Sequence[Document], window_days: int) -> dict[str, str]:
    """Ids of near-duplicates -> id of the document that stands for them.

    Args:
        documents: of one language.
        window_days: two documents further apart are two stories, whatever they say.

    Returns:
        Only documents that another one stands for. The longest of a group stands for it; of equals the first id.
    """
    order = sorted(range(len(documents)), key=lambda k: (-len(documents[k].text), documents[k].doc_id))
    sets = [shingles(document.text) for document in documents]
    stands: dict[int, int] = {}
    for one, other in _candidates(sets, order):
        if other in stands:
            continue
        first = stands.get(one, one)
        near = _near(documents[first].date, documents[other].date, window_days)
        if near and jaccard(sets[first], sets[other]) >= _SAME:
            stands[other] = first
    return {documents[k].doc_id: documents[first].doc_id for k, first in sorted(stands.items())}


def _candidates(sets: Sequence[Hashes], order: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs that share a band, the one that would stand for the other first; in order of those."""
    rank = {document: place for place, document in enumerate(order)}
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for document in order:
        if len(sets[document]):
            for band, row in enumerate(signature(sets[document])):
                buckets[band, row.tobytes()].append(document)
    pairs = {
        (one, other)
        for members in buckets.values()
        for place, other in enumerate(members)
        for one in members[max(0, place - _LOOK_BACK) : place]
    }
    yield from sorted(pairs, key=lambda pair: (rank[pair[0]], rank[pair[1]]))


def _near(one: date | None, other: date | None, window_days: int) -> bool:
    return one is None or other is None or abs((one - other).days) <= window_days
