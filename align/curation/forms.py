"""Texts in the form in which they are compared, and how much of their words two of them share."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from align.text import normalized

_NUMBER: Final = re.compile(r"\d+")


def key(text: str) -> str:
    """The form in which two texts are the same: folded words, single spaces."""
    return normalized(text)


@lru_cache(maxsize=1 << 12)
def shingles(folded: str) -> frozenset[str]:
    """Words and word pairs of a text in the form of `key`."""
    words = folded.split()
    return frozenset(words) | frozenset(map(" ".join, pairwise(words)))


@lru_cache(maxsize=1 << 12)
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
