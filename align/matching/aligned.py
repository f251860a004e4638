"""Pairs judged again: what an alignment found says more than any vector (Thompson and Koehn 2020)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from align import logistic
from align.logistic import Floats, LogisticModel
from align.types import PairClass

ALIGNED_FEATURES: Final = (
    "log_odds",
    "expected_links",
    "sure_links",
    "covered_least",
    "mean_quality",
)
_SURE: Final = 0.9
_GOOD: Final = 0.5
# A pair is a translation when most of both documents stand in good beads, in the same order (development set
# `parallel`: 98% of pairs; `news`, with a fifth of each side missing: 3%).
_TRANSLATION_COVERAGE: Final = 0.8
_LIMITS: Final = (1e-6, 1 - 1e-6)  # of a probability whose log-odds are taken

FoundLink = tuple[float, int, int]  # probability of a bead that is no null, its Vietnamese and its English segments


@dataclass(frozen=True)
class Found:
    """What an alignment found in two documents.

    Attributes:
        links: probability and sizes of each bead that is no null.
        sizes: segments of either document.
    """

    links: tuple[FoundLink, ...]
    sizes: tuple[int, int]

    @property
    def good(self) -> int:
        """Number of beads as likely right as wrong, or likelier."""
        return sum(link[0] >= _GOOD for link in self.links)

    @property
    def coverage(self) -> tuple[float, float]:
        """Share of the segments of either side that stand in such beads."""
        vi, en = (sum(link[side] for link in self.links if link[0] >= _GOOD) for side in (1, 2))
        return vi / max(self.sizes[0], 1), en / max(self.sizes[1], 1)


def log_odds(probability: float) -> float:
    """Log-odds, bounded at a millionth."""
    safe = min(max(probability, _LIMITS[0]), _LIMITS[1])
    return math.log(safe / (1 - safe))


def aligned_features(score: float, found: Found) -> list[float]:
    """Features of an aligned pair in the order of `ALIGNED_FEATURES`; `score` is its probability before."""
    links, sizes = found.links, found.sizes
    covered = [min(1.0, sum(link[0] * link[side] for link in links) / sizes[side - 1]) for side in (1, 2)]
    qualities = [quality for quality, _, _ in links]
    return [
        log_odds(score),
        math.log1p(sum(qualities)),
        math.log1p(sum(quality >= _SURE for quality in qualities)),
        min(covered),
        sum(qualities) / max(len(qualities), 1),
    ]


def rescored(rows: Floats | Sequence[Sequence[float]], model: LogisticModel | None = None) -> Floats:
    """Probabilities of pairs that have been aligned, from rows of `aligned_features`."""
    model = model or logistic.load("matching_aligned")
    return logistic.sigmoid(model.log_odds(np.asarray(rows, dtype=np.float64).reshape(-1, len(ALIGNED_FEATURES))))


def pair_class(score: float, found: Found, min_score: float) -> PairClass:
    """Class of a pair: only "related" where it is improbable, or where no bead of it is any good."""
    if score < min_score or not found.good:
        return "related"
    return "translation" if min(found.coverage) >= _TRANSLATION_COVERAGE else "same_event"
