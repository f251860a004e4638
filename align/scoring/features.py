"""Features of pairs that stand alone, without their documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from align.beads import Side, make_side
from align.encoders.static import StaticEncoder
from align.scoring import surface
from align.scoring.support import Support, gaps, support
from align.scoring.words import Floats, Mask, Words
from align.types import Encoder, Vectors

_NEIGHBORS: Final = 4  # k of the ratio margin, as in its paper
VI_TO_EN: Final = 0.914  # English characters per Vietnamese character (development set)
SPREAD: Final = 15.0
_EXPLAINED: Final = 0.3  # what a word of a translation finds at least, mostly: by Model 1
_LITTLE: Final = 0.5
USUAL: Final = 0.4  # and by the better of Model 1 and vectors
WEEKDAYS: Final = frozenset(f"weekday:{day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
_POOR: Final = 0.35
_NONE_EXPLAINED: Final = 6.0  # where there is no such word
_NONE_SIMILAR: Final = 1.5
_NONE_FOUND: Final = 2.0

_OF_PAIR: Final = (
    "similarity",
    "covered_vi",
    "covered_en",
    "covered_least",
    "length",
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
_OF_SIDE: Final = (
    "explained",
    "explained_less_half",
    "explained_change",
    "explained_start",
    "explained_end",
    "explained_gap",
    "explained_gap_share",
    "unexplained",
    "explained_first",
    "explained_name",
    "explained_capital",
    "explained_acronym",
    "explained_number",
    "unexplained_names",
    "unexplained_numbers",
    "capital_words",
    "capital_share",
    "found",
    "found_worst",
    "found_quarter",
    "found_gap",
    "found_name",
    "found_capital",
    "similar_name",
    "unfound_names",
)
# The better side of what is worst: in a pair with one name exchanged, both sides have a name that finds nothing.
_WORST_OF_BOTH: Final = (
    "explained_name",
    "explained_capital",
    "explained_number",
    "found_name",
    "found_capital",
    "similar_name",
)
FEATURES: Final = (
    *_OF_PAIR,
    *(f"{name}_vi" for name in _OF_SIDE),
    *(f"{name}_en" for name in _OF_SIDE),
    *(f"{name}_both" for name in _WORST_OF_BOTH),
    *surface.FEATURES,
)


@dataclass(frozen=True)
class Known:
    """Features of pairs, and the stretch of either side that finds least on the other.

    Attributes:
        rows: float64 [pairs, len(FEATURES)]; no row depends on the other pairs of the pool.
        margin: ratio of the similarity to that of the nearest others, float64 [pairs]; none where there is no pool.
        facts_differ: whether both sides say a number, amount or date that the other does not, [pairs].
        vi_gap, en_gap: float64 [pairs, 3]: shortfall, first word, one past the last.
    """

    rows: Floats
    margin: Floats
    facts_differ: Mask
    vi_gap: Floats
    en_gap: Floats


def measure(vi: Sequence[str], en: Sequence[str], encoder: Encoder, static: StaticEncoder) -> Known:
    """Features of cleaned texts in one pool.

    Args:
        vi: Vietnamese texts.
        en: English texts, row by row their counterparts.
        encoder: for similarity and margin.
        static: the embedded encoder, for words.
    """
    left = make_side(vi, encoder.encode(vi), "vi", static.featurizer)
    right = make_side(en, encoder.encode(en), "en", static.featurizer)
    known = measure_sides((vi, left), (en, right), static)
    similarity = known.rows[:, _OF_PAIR.index("similarity")]
    return replace(known, margin=_margins(left.vectors, right.vectors, similarity))


def measure_sides(vi: tuple[Sequence[str], Side], en: tuple[Sequence[str], Side], static: StaticEncoder) -> Known:
    """Features of cleaned texts, without margins.

    Args:
        vi: Vietnamese texts, and what is known of each as a segment, with vectors.
        en: the same of their English counterparts.
        static: the embedded encoder, for words.
    """
    (vi_texts, left), (en_texts, right) = vi, en
    words = Words.of(vi_texts, static.featurizer), Words.of(en_texts, static.featurizer)
    found = support(*words, static)
    stretches: list[Floats] = [
        np.stack(gaps(w, s.best, USUAL), axis=1).astype(np.float64) for w, s in zip(words, found, strict=True)
    ]
    sides = [_of_side(*columns) for columns in zip(words, found, stretches, strict=True)]
    at = [_OF_SIDE.index(name) for name in _WORST_OF_BOTH]
    both = np.maximum(sides[0][:, at], sides[1][:, at])
    covered = [w.mean(s.similar, np.ones(len(w.number), bool)) for w, s in zip(words, found, strict=True)]
    same = np.array([_same_words(a, b) for a, b in zip(vi_texts, en_texts, strict=True)])
    similarity = np.einsum("nd,nd->n", left.vectors, right.vectors).astype(np.float64)
    pair = _of_pair(left, right, [similarity, *covered], same)
    rows = np.concatenate([pair, *sides, both, surface.features(vi_texts, en_texts)], axis=1)
    differ = pair[:, _OF_PAIR.index("facts_differ")] > 0
    return Known(rows, np.zeros(0), differ, *stretches)


def _of_pair(left: Side, right: Side, alike: Sequence[Floats], same: Floats) -> Floats:
    """Float64 [pairs, len(_OF_PAIR)]; `alike` are similarity and coverage of both sides."""
    length = log_ratio(left.lengths, right.lengths)
    columns = [
        *alike,
        np.minimum(*alike[1:]),
        length,
        np.abs(length),
        *_anchors(left, right),
        same,
        np.log(np.clip(left.lengths, 1, 300)),
    ]
    return np.stack(columns, axis=1)


def log_ratio(vi_length: Floats, en_length: Floats) -> Floats:
    """Logarithm of how much longer the English is than a translation usually is."""
    ratio: Floats = np.log((en_length + SPREAD) / (VI_TO_EN * vi_length + SPREAD))
    return ratio


def _margins(vi: Vectors, en: Vectors, similarity: Floats) -> Floats:
    """Ratio margins (Artetxe and Schwenk 2019), the pair itself among its neighbors."""
    k = min(_NEIGHBORS, len(vi))
    grid = vi @ en.T
    around = [np.partition(table, -k, axis=1)[:, -k:].mean(axis=1) for table in (grid, grid.T)]
    margin: Floats = similarity / np.maximum((around[0] + around[1]) / 2, 1e-3)
    return margin


def _anchors(vi: Side, en: Side) -> list[Floats]:
    # Newsrooms name the same day by its date or by its weekday.
    facts = [[row - WEEKDAYS for row in side.facts] for side in (vi, en)]
    return [*_shared(*facts), *_shared(vi.names, en.names)]


def _shared(vi: Sequence[frozenset[str]], en: Sequence[frozenset[str]]) -> list[Floats]:
    """Counts shared, only Vietnamese, only English (each at most 3), and whether both sides have some of their own."""
    rows = [(len(a & b), len(a - b), len(b - a)) for a, b in zip(vi, en, strict=True)]
    counts = np.minimum(np.array(rows, dtype=np.float64).reshape(-1, 3), 3)
    both = ((counts[:, 1] > 0) & (counts[:, 2] > 0)).astype(np.float64)
    return [counts[:, 0], counts[:, 1], counts[:, 2], both]


def _same_words(vi: str, en: str) -> float:
    """Share of the Vietnamese words that stand in the English as they are."""
    words = vi.casefold().split()
    there = set(en.casefold().split())
    return sum(word in there for word in words) / max(len(words), 1)


def _of_side(words: Words, found: Support, stretch: Floats) -> Floats:
    """Float64 [pairs, len(_OF_SIDE)]."""
    every = np.ones(len(words.number), dtype=bool)
    columns = [*_explanation(words, found.explained, every), *_special(words, found.explained)]
    best = found.best
    name = words.capital & (words.column > 0)
    columns += [words.mean(best, every), *_worst(words, best), stretch[:, 0]]
    columns += [words.least(best, name, _NONE_FOUND), words.least(best, words.capital, _NONE_FOUND)]
    columns += [words.least(found.similar, name, _NONE_SIMILAR), words.count(name & (best < _POOR), 5)]
    return np.stack(columns, axis=1)


def _explanation(words: Words, explained: Floats, every: Mask) -> list[Floats]:
    """What the whole, its halves, its start and its end find by Model 1."""
    place = (words.column + 0.5) / np.maximum(words.counts, 1)[words.row]
    halves = [words.mean(explained, place < 0.5), words.mean(explained, place >= 0.5)]
    shortfall, start, end = gaps(words, explained, _EXPLAINED)
    share = (end - start) / np.maximum(words.counts, 1)
    return [
        words.mean(explained, every),
        np.minimum(*halves),
        halves[0] - halves[1],
        words.mean(explained, place < 0.3),
        words.mean(explained, place > 0.7),
        shortfall,
        share,
        words.mean((explained < 0).astype(np.float64), every),
        words.mean(explained, words.column == 0),
    ]


def _special(words: Words, explained: Floats) -> list[Floats]:
    """What names, acronyms and numbers find: the worst of each."""
    name = words.capital & (words.column > 0)  # the first word has a capital letter anyway
    poor = explained < _LITTLE
    worst = [
        words.least(explained, kind, _NONE_EXPLAINED) for kind in (name, words.capital, words.shouted, words.digit)
    ]
    share = words.count(name, 400) / np.maximum(words.counts - 1, 1)
    return [*worst, words.count(name & poor, 5), words.count(words.digit & poor, 5), words.count(name, 8), share]


def _worst(words: Words, best: Floats) -> list[Floats]:
    """Mean of the three words that find least, and the lower quartile of all."""
    ranked = np.sort(words.padded(best, np.inf), axis=1)
    three = np.where(np.isfinite(ranked[:, :3]), ranked[:, :3], 0.0).sum(axis=1) / np.clip(words.counts, 1, 3)
    quarter = ranked[np.arange(len(words)), words.counts // 4]
    return [three, np.where(np.isfinite(quarter), quarter, 0.0)]
