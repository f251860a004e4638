"""Pairs from anywhere, scored without their documents: quality, similarity, margin and what looks wrong.

`score_pairs` is the one door: what commands write comes from it, and how it is computed may change behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align import logistic
from align.anchors import facts, find
from align.beads import Lexicon, Side, make_side
from align.documents.language import identify
from align.encoders import static_encoder
from align.filters import normalized
from align.logistic import Floats, LogisticModel
from align.text import clean, one_line
from align.types import Encoder, Lang, Vectors

POOL: Final = 2048  # rows whose other sides are the neighbors of a margin
_NEIGHBORS: Final = 4  # k of the ratio margin, as in its paper
_VI_TO_EN: Final = 0.914  # English characters per Vietnamese character (development set)
_SPREAD: Final = 15.0
_FAR: Final = 0.8  # absolute log ratio of lengths: 1 in 500 true pairs of the odd development documents is beyond it
_WORDS: Final = 4  # fewer say too little about their language

FEATURES: Final = (
    "similarity",
    "margin",
    "covered_vi",
    "covered_en",
    "covered_least",
    "length_abs",
    "facts_shared",
    "facts_vi_only",
    "facts_en_only",
    "facts_differ",
    "names_shared",
    "names_vi_only",
    "names_en_only",
    "names_differ",
    "same_words",
    "log_characters",
)


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
def shipped_model() -> LogisticModel:
    """The model fitted by `scripts/fit_pairs.py`."""
    return logistic.load("pairs")


def score_pairs(vi: Sequence[str], en: Sequence[str], encoder: Encoder) -> list[PairScore]:
    """Score pairs that stand in one pool: margins compare each pair with all the others given.

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
    rows = features(sides[0], sides[1], encoder)
    quality = logistic.sigmoid(shipped_model().log_odds(rows))
    scores = []
    for left, right, value, row in zip(*sides, quality, rows, strict=True):
        flags = _flags(left, right)
        empty = any(flag.startswith("empty") for flag in flags)
        known = 0.0 if empty or "untranslated" in flags else round(float(value), 4)
        scores.append(PairScore(known, round(float(row[0]), 4), round(float(row[1]), 4), flags))
    return scores


def features(vi: Sequence[str], en: Sequence[str], encoder: Encoder) -> Floats:
    """Rows float64 [pairs, len(FEATURES)] of cleaned texts in one pool."""
    static = static_encoder()
    left = make_side(vi, encoder.encode(vi), "vi", static.featurizer)
    right = make_side(en, encoder.encode(en), "en", static.featurizer)
    similarity = np.einsum("nd,nd->n", left.vectors, right.vectors).astype(np.float64)
    covered = _coverage(left, right, static)
    length = np.abs(np.log((right.lengths + _SPREAD) / (_VI_TO_EN * left.lengths + _SPREAD)))
    columns = [
        similarity,
        _margins(left.vectors, right.vectors, similarity),
        covered[:, 0],
        covered[:, 1],
        covered.min(axis=1),
        length,
        *_shared(left.facts, right.facts),
        *_shared(left.names, right.names),
        np.array([_same_words(a, b) for a, b in zip(vi, en, strict=True)]),
        np.log(np.clip(left.lengths, 1, 300)),
    ]
    return np.stack(columns, axis=1)


def _margins(vi: Vectors, en: Vectors, similarity: Floats) -> Floats:
    """Ratio margins (Artetxe and Schwenk 2019), the pair itself among its neighbors."""
    k = min(_NEIGHBORS, len(vi))
    grid = vi @ en.T
    around = [np.partition(table, -k, axis=1)[:, -k:].mean(axis=1) for table in (grid, grid.T)]
    margin: Floats = similarity / np.maximum((around[0] + around[1]) / 2, 1e-3)
    return margin


def _coverage(vi: Side, en: Side, lexicon: Lexicon) -> NDArray[np.float64]:
    """How much of each side has a counterpart: mean over features of their best similarity, float64 [pairs, 2]."""
    result = np.zeros((len(vi), 2))
    rows = [lexicon.rows(side.tokens) for side in (vi, en)]
    norms = [np.linalg.norm(table, axis=1) for table in rows]
    units = [table / np.maximum(norm, 1e-9)[:, None] for table, norm in zip(rows, norms, strict=True)]
    for pair in range(len(vi)):
        a = slice(vi.offsets[pair], vi.offsets[pair + 1])
        b = slice(en.offsets[pair], en.offsets[pair + 1])
        if a.start == a.stop or b.start == b.stop:
            continue
        grid = np.maximum(units[0][a] @ units[1][b].T, 0)
        result[pair, 0] = grid.max(axis=1) @ norms[0][a] / max(norms[0][a].sum(), 1e-9)
        result[pair, 1] = grid.max(axis=0) @ norms[1][b] / max(norms[1][b].sum(), 1e-9)
    return result


def _shared(vi: Sequence[frozenset[str]], en: Sequence[frozenset[str]]) -> list[Floats]:
    """Counts shared, only Vietnamese, only English (each at most 3), and whether both sides have some of their own."""
    rows = [(len(a & b), len(a - b), len(b - a)) for a, b in zip(vi, en, strict=True)]
    counts = np.minimum(np.array(rows, dtype=np.float64).reshape(-1, 3), 3)
    both = np.array([float(bool(a - b) and bool(b - a)) for a, b in zip(vi, en, strict=True)])
    return [counts[:, 0], counts[:, 1], counts[:, 2], both]


def _same_words(vi: str, en: str) -> float:
    """Share of the Vietnamese words that stand in the English as they are."""
    words = vi.casefold().split()
    there = set(en.casefold().split())
    return sum(word in there for word in words) / max(len(words), 1)


def _flags(vi: str, en: str) -> tuple[str, ...]:
    """What looks wrong with a cleaned pair."""
    found = [f"empty_{lang}" for lang, text in (("vi", vi), ("en", en)) if not text]
    if found:
        return tuple(found)
    if normalized(vi) == normalized(en):
        return ("untranslated",)
    for lang, text in (("vi", vi), ("en", en)):
        told = identify(text) if len(text.split()) >= _WORDS else lang
        if told is not None and told != lang:
            found.append(f"language_{lang}:{told}")
    if abs(np.log((len(en) + _SPREAD) / (_VI_TO_EN * len(vi) + _SPREAD))) > _FAR:
        found.append(f"length_ratio:{len(vi)}/{len(en)}")
    if mismatch := _number_mismatch(vi, en):
        found.append(f"number_mismatch:{mismatch}")
    return tuple(found)


def _number_mismatch(vi: str, en: str) -> str:
    """Numbers that both sides have and only one says, "18,5 tỷ/19 billion"; "" where one side has no such."""
    alone = []
    there = [_facts_of(vi, "vi"), _facts_of(en, "en")]
    for own, other in ((0, 1), (1, 0)):
        missing = [piece for facts_of, piece in there[own] if not any(facts_of & f for f, _ in there[other])]
        alone.append(", ".join(missing).replace(";", ","))
    return "/".join(alone) if all(alone) else ""


def _facts_of(text: str, lang: Lang) -> list[tuple[frozenset[str], str]]:
    """Numbers, money and dates of a text: their canonical forms, and the piece of text."""
    found = [(frozenset(facts(anchor)), text[anchor.start : anchor.end]) for anchor in find(text, lang)]
    return [(keys, piece) for keys, piece in found if keys]
