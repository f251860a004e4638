"""Near-duplicate documents of one language: the same wire story on several sites, a report and its update.

Five-word shingles of the folded text, MinHash signatures (Broder 1997), candidates by locality-sensitive bands, each
candidate checked by the exact Jaccard similarity of its shingles. One document of a group is aligned; the others share
its matches and give no units of their own.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
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
_REMEMBERED: Final = 4096  # documents whose shingles are kept at hand
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


def bands(hashes: Hashes) -> Hashes:
    """One number a band of the signature, uint64 [bands]: documents that share one are compared."""
    total = np.zeros(_BANDS, dtype=np.uint64)
    for column in signature(hashes).T:
        total = (total ^ column) * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(32)
    return total


@dataclass(frozen=True, slots=True)
class Print:
    """What is known of a document without its text.

    Attributes:
        doc_id: its id.
        date: day of publication, if known.
        size: characters.
        bands: as of `bands`; none where the document has no word.
    """

    doc_id: str
    date: dt.date | None
    size: int
    bands: Hashes


def print_of(document: Document) -> Print:
    """The print of a document."""
    hashes = shingles(document.text)
    found = bands(hashes) if len(hashes) else np.zeros(0, dtype=np.uint64)
    return Print(document.doc_id, document.date, len(document.text), found)


def groups(documents: Sequence[Document], window_days: int) -> dict[str, str]:
    """Ids of near-duplicates -> id of the document that stands for them.

    Args:
        documents: of one language.
        window_days: two documents further apart are two stories, whatever they say.

    Returns:
        Only documents that another one stands for. The longest of a group stands for it; of equals the first id.
    """
    return groups_of([print_of(document) for document in documents], lambda k: documents[k].text, window_days)


def groups_of(prints: Sequence[Print], text: Callable[[int], str], window_days: int) -> dict[str, str]:
    """As `groups`, of prints; the texts of those that may be near-duplicates are asked for, by position."""
    order = sorted(range(len(prints)), key=lambda k: (-prints[k].size, prints[k].doc_id))

    @lru_cache(maxsize=_REMEMBERED)
    def hashes(document: int) -> Hashes:
        return shingles(text(document))

    stands: dict[int, int] = {}
    for one, other in _candidates(prints, order):
        if other in stands:
            continue
        first = stands.get(one, one)
        near = _near(prints[first].date, prints[other].date, window_days)
        if near and jaccard(hashes(first), hashes(other)) >= _SAME:
            stands[other] = first
    return {prints[k].doc_id: prints[first].doc_id for k, first in sorted(stands.items())}


def _candidates(prints: Sequence[Print], order: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs that share a band, the one that would stand for the other first; in order of those."""
    ranked = [document for document in order if len(prints[document].bands)]
    if not ranked:
        return []
    table = np.stack([prints[document].bands for document in ranked])
    pairs: set[tuple[int, int]] = set()
    for column in table.T:
        by_value = np.argsort(column, kind="stable")
        for back in range(1, _LOOK_BACK + 1):
            same = column[by_value[back:]] == column[by_value[:-back]]
            pairs.update(zip(by_value[:-back][same].tolist(), by_value[back:][same].tolist(), strict=True))
    return [(ranked[one], ranked[other]) for one, other in sorted(pairs)]


def _near(one: dt.date | None, other: dt.date | None, window_days: int) -> bool:
    return one is None or other is None or abs((one - other).days) <= window_days
