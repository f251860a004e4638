"""What is usual in a collection: its mean vector, and how many documents have each name and fact.

Summaries of parts are added up; integers throughout, so that neither the parts nor their order make a difference.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.logistic import Floats
from align.matching.items import MatchItem
from align.types import Lang, Vectors

RARITY_PRIOR: Final = 20.0  # documents assumed besides the collection, so that rarity in five articles means little
_STEPS: Final = 2**32  # of a number of a vector, which is added up as an integer
Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Counts:
    """In how many documents each key stands; a key is 8 bytes of hash, 16 bytes with its count.

    Attributes:
        keys: uint64, ascending.
        counts: int64, one a key.
    """

    keys: Hashes
    counts: NDArray[np.int64]

    def of(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Counts of some keys; 0 for unknown ones."""
        if not len(self.keys):
            return np.zeros(len(names), dtype=np.int64)
        wanted = _hashes(names)
        place = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        found: NDArray[np.int64] = np.where(self.keys[place] == wanted, self.counts[place], 0)
        return found


def _hashes(names: Sequence[str]) -> Hashes:
    joined = b"".join(hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(joined, dtype="<u8").astype(np.uint64)


def count(documents: Iterable[frozenset[str]]) -> Counts:
    """Count in how many documents each key stands."""
    counter: Counter[str] = Counter()
    for keys in documents:
        counter.update(keys)
    return _summed(_hashes(list(counter)), np.array(list(counter.values()), dtype=np.int64))


def _summed(keys: Hashes, counts: NDArray[np.int64]) -> Counts:
    distinct, place = np.unique(keys, return_inverse=True)
    total = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(total, place, counts)
    return Counts(distinct, total)


@dataclass(frozen=True)
class Collection:
    """A collection in short.

    Attributes:
        n_vi, n_en: documents.
        total: sum of the document vectors, int64 [dim] in steps of 2 ** -32.
        facts, names: counts of their keys.
    """

    n_vi: int
    n_en: int
    total: NDArray[np.int64]
    facts: Counts
    names: Counts

    @cached_property
    def mean(self) -> Floats:
        """The part that all documents of the collection share, float64 [dim]; less of it where there are few."""
        mean: Floats = self.total / (_STEPS * max(self.n_vi + self.n_en, 1))
        return mean * (self.n_vi / (self.n_vi + RARITY_PRIOR))

    def centered(self, vectors: Vectors) -> Vectors:
        """Document vectors without what all share: float32 [documents, dim], unit rows."""
        rest = vectors - self.mean
        unit: Vectors = (rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)).astype(np.float32)
        return unit

    def rarity(self, items: Iterable[MatchItem]) -> tuple[dict[str, float], dict[str, float]]:
        """Weights of the facts and of the names of some documents: log of how few of the collection have them."""
        listed = list(items)
        facts = {key for item in listed for key in item.facts}
        names = {key for item in listed for key in item.names}
        return self._weights(self.facts, facts), self._weights(self.names, names)

    def _weights(self, counts: Counts, wanted: set[str]) -> dict[str, float]:
        keys = sorted(wanted)
        n = self.n_vi + self.n_en + RARITY_PRIOR
        return {key: math.log(n / (number + 1)) for key, number in zip(keys, counts.of(keys).tolist(), strict=True)}


def summary(items: Sequence[MatchItem], lang: Lang, vectors: Vectors) -> Collection:
    """Summary of documents of one language; `vectors` as of `document_vectors`."""
    total = np.rint(vectors.astype(np.float64) * _STEPS).astype(np.int64).sum(axis=0)
    sizes = (len(items), 0) if lang == "vi" else (0, len(items))
    return Collection(*sizes, total, count(item.facts for item in items), count(item.names for item in items))


def merged(parts: Iterable[Collection]) -> Collection:
    """Summary of all parts; at least one."""
    return reduce(_added, parts)


def _added(one: Collection, other: Collection) -> Collection:
    facts, names = (
        _summed(np.concatenate([a.keys, b.keys]), np.concatenate([a.counts, b.counts]))
        for a, b in ((one.facts, other.facts), (one.names, other.names))
    )
    return Collection(one.n_vi + other.n_vi, one.n_en + other.n_en, one.total + other.total, facts, names)
