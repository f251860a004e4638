"""Pairs from anywhere, scored without their documents: quality, similarity, margin and what looks wrong.

`score_pairs` is the one door: what commands write comes from it, and how it is computed may change behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from align import boosting, logistic
from align.boosting import TreeEnsemble
from align.encoders import static_encoder
from align.scoring.features import FEATURES, measure
from align.scoring.flags import flags
from align.text import clean, one_line
from align.types import Encoder

__all__ = ["FEATURES", "POOL", "PairScore", "score_pairs", "shipped_model"]

POOL: Final = 2048  # rows whose other sides are the neighbors of a margin
_SIMILARITY: Final = FEATURES.index("similarity")


@dataclass(frozen=True, slots=True)
class PairScore:
    """What is known of a pair.

    Attributes:
        quality: probability in [0, 1] that the sides are full translations of each other.
        similarity: cosine of their vectors.
        margin: the cosine over the mean of the four nearest other sides in the pool; about 1 is ordinary.
        flags: what looks wrong, in words.
    """

    quality: float
    similarity: float
    margin: float
    flags: tuple[str, ...] = ()


@cache
def shipped_model() -> TreeEnsemble:
    """The model fitted by `scripts/fit_pairs.py`."""
    return boosting.load("pairs")


def score_pairs(vi: Sequence[str], en: Sequence[str], encoder: Encoder) -> list[PairScore]:
    """Score pairs that stand in one pool: margins compare each pair with all the others given; nothing else does.

    Args:
        vi: Vietnamese texts, as they are; one may be empty.
        en: English texts, row by row their translations.
        encoder: maps texts to vectors.

    Raises:
        ValueError: the sides differ in length.
    """
    if len(vi) != len(en):
        raise ValueError(f"{len(vi)} Vietnamese and {len(en)} English texts; pairs are needed")
    if not vi:
        return []
    sides = [[one_line(clean(text)) for text in texts] for texts in (vi, en)]
    known = measure(sides[0], sides[1], encoder, static_encoder())
    quality = logistic.sigmoid(shipped_model().log_odds(known.rows))
    scores = []
    columns = *sides, quality, known.rows[:, _SIMILARITY], known.margin, known.vi_gap, known.en_gap
    for left, right, value, similarity, margin, *gaps in zip(*columns, strict=True):
        found = flags(left, right, *gaps)
        nothing = any(flag.startswith(("empty", "untranslated")) for flag in found)
        probability = 0.0 if nothing else round(float(value), 4)
        scores.append(PairScore(probability, round(float(similarity), 4), round(float(margin), 4), found))
    return scores
