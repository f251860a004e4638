"""A document as matching sees it, and what can be said of two of them from their dates and segments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.types import Vectors


@dataclass(frozen=True)
class MatchItem:
    """A document as matching sees it.

    Attributes:
        doc_id: its id.
        date: day of publication, if known.
        vectors: float32 [segments, dim], unit rows.
        facts: keys of its numbers, money and dates.
        names: keys of its names.
        estimate: a guess at the day of publication where that is not known.
    """

    doc_id: str
    date: dt.date | None
    vectors: Vectors
    facts: frozenset[str]
    names: frozenset[str]
    estimate: dt.date | None = None


def bimax(similarity: NDArray[np.float32]) -> float:
    """Mean over both sides of each segment's best similarity to the other document."""
    return float(similarity.max(axis=1).mean() + similarity.max(axis=0).mean()) / 2


def days_between(vi: dt.date | None, en: dt.date | None) -> int | None:
    """Calendar days between two dates; None where one is unknown."""
    return None if vi is None or en is None else abs((vi - en).days)


def document_vectors(items: Sequence[MatchItem]) -> Vectors:
    """Mean segment vector of each document, unit length: float32 [documents, dim]."""
    means = np.stack([item.vectors.mean(axis=0, dtype=np.float64) for item in items])
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    unit: Vectors = (means / np.maximum(norms, 1e-9)).astype(np.float32)
    return unit
