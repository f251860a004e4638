"""Texts as digests of fixed size: what stands for them where there are too many to hold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]

_SIZE: Final = 16  # bytes: at 128 bits, equal digests are equal texts


@dataclass
class Digests:
    """Texts as 16 bytes each."""

    data: bytearray = field(default_factory=bytearray)

    def add(self, text: str) -> None:
        """Add a text. JSON can hold half a surrogate pair."""
        self.data += hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()

    def __len__(self) -> int:
        """Number of texts."""
        return len(self.data) // _SIZE

    def groups(self) -> Ints:
        """A number from 0 on for each text; equal numbers are equal texts."""
        rows = np.frombuffer(self.data, dtype=np.uint64).reshape(-1, 2)
        return numbered(rows[:, 0], rows[:, 1])


def numbered(*columns: NDArray[Any]) -> Ints:
    """A number from 0 on for each row of some columns; equal numbers are equal rows."""
    order = np.lexsort(columns)
    new = np.zeros(len(order), dtype=bool)
    for column in columns:
        in_order = column[order]
        new[1:] |= in_order[1:] != in_order[:-1]
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(new)
    return numbers


def distinct_beside(groups: Ints, others: Ints) -> Ints:
    """How many different others stand beside each group, by its number."""
    if not len(groups):
        return groups
    new = np.zeros(len(groups), dtype=bool)
    new[np.unique(numbered(groups, others), return_index=True)[1]] = True
    return np.bincount(groups[new], minlength=int(groups.max()) + 1)


def best(groups: Ints, qualities: NDArray[np.float64]) -> Ints:
    """Of each group the place of the one of best quality, the first of equals."""
    order = np.lexsort((np.arange(len(groups)), -qualities, groups))
    return order[np.flatnonzero(np.r_[True, np.diff(groups[order]) != 0])] if len(order) else order
