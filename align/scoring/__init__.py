"""Pairs from anywhere, scored without their documents: quality, similarity, margin and what looks wrong.

`score_pairs` is the door of `align score`; `judge` is what a build asks of the pairs that it aligned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from align import boosting
from align.beads import Side, side_of
from align.boosting import TreeEnsemble
from align.encoders import static_encoder
from align.scoring.features import FEATURES, Known, measure, measure_sides
from align.scoring.flags import flags
from align.text import clean, one_line
from align.types import Encoder

__all__ = ["FEATURES", "POOL", "Judgment", "PairScore", "judge", "score_pairs", "shipped_model"]

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


@dataclass(frozen=True, slots=True)
class Judgment:
    """What the texts of a pair say of it.

    Attributes:
        log_odds: that the sides are full translations of each other, true and damaged pairs being equally many.
        flags: what looks wrong, in words.
    """

    log_odds: float
    flags: tuple[str, ...]


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
    known, judged = _judged(sides[0], sides[1], encoder)
    columns = judged, known.rows[:, _SIMILARITY], known.margin
    return [
        PairScore(_probability(one), round(float(similarity), 4), round(float(margin), 4), one.flags)
        for one, similarity, margin in zip(*columns, strict=True)
    ]


def _probability(pair: Judgment) -> float:
    nothing = any(flag.startswith(("empty", "untranslated")) for flag in pair.flags)
    return 0.0 if nothing else round(1 / (1 + math.exp(-pair.log_odds)), 4)


def judge(vi: Sequence[str], en: Sequence[str], known: tuple[Side, Side] | None = None) -> list[Judgment]:
    """What the words of cleaned pairs say, by the embedded encoder; no pair's judgment depends on the others.

    Args:
        vi: Vietnamese texts.
        en: English texts, row by row their translations.
        known: what is known of the texts as segments, so that it need not be found; vectors are not looked at.
    """
    if not vi:
        return []
    static = static_encoder()
    if known is None:
        known = side_of(vi, "vi", static.featurizer.ids(vi)), side_of(en, "en", static.featurizer.ids(en))
    left, right = (replace(side, vectors=static.encode_ids(side.tokens, side.offsets)) for side in known)
    return _judgments(vi, en, measure_sides((vi, left), (en, right), static))


def _judged(vi: Sequence[str], en: Sequence[str], encoder: Encoder) -> tuple[Known, list[Judgment]]:
    known = measure(vi, en, encoder, static_encoder())
    return known, _judgments(vi, en, known)


def _judgments(vi: Sequence[str], en: Sequence[str], known: Known) -> list[Judgment]:
    log_odds = shipped_model().log_odds(known.rows)
    columns = vi, en, log_odds, known.facts_differ.tolist(), known.vi_gap, known.en_gap
    return [
        Judgment(float(odds), flags(left, right, (vi_gap, en_gap), facts_differ=differ))
        for left, right, odds, differ, vi_gap, en_gap in zip(*columns, strict=True)
    ]
