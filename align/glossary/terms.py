"""A term pair in the making, and the two sides it is taken from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from align.glossary.pairing import Half
from align.glossary.types import Known

Keys = tuple[str, ...]


@dataclass(slots=True)
class Term:
    """A term pair: candidates of both sides, its row's figures, its units, rivals and variants by candidate."""

    vi: int
    en: int
    score: float
    cosine: float
    dice: float
    units: NDArray[np.int32]
    known: Known | None = None
    acronym: str = ""
    rivals: list[int] = field(default_factory=list)
    variants_vi: list[int] = field(default_factory=list)
    variants_en: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of the corpus."""

    vi: Half
    en: Half

    def words(self, term: Term) -> tuple[Keys, Keys]:
        """Keys of both sides of a term."""
        return self.vi.candidates.words[term.vi], self.en.candidates.words[term.en]

    def units(self, x: int, y: int) -> NDArray[np.int32]:
        """Units in which two candidates stand, ascending."""
        left, right = (
            np.unique(half.side.unit[half.candidates.places(number)]) for half, number in ((self.vi, x), (self.en, y))
        )
        common: NDArray[np.int32] = np.intersect1d(left, right, assume_unique=True)
        return common
