"""Candidate pairs and what speaks for each: similarity, shared names and facts, dates, lengths, and the rivals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align import logistic
from align.logistic import Floats, LogisticModel
from align.matching.items import MatchItem, bimax, days_between
from align.matching.neighbors import GUESS_DAYS, RIVALS, Keys, background, numbers_of

FEATURES: Final = (
    "bimax",
    "bimax_margin",
    "document_similarity",
    "document_margin",
    "lead_similarity",
    "facts",
    "names",
    "facts_rare",
    "names_rare",
    "same_day",
    "days_apart",
    "undated",
    "log_length_ratio",
    "log_segments",
)
_BIMAX, _BIMAX_MARGIN, _COSINE, _COSINE_MARGIN = range(4)
_NO_RIVAL_BIMAX: Final = 0.30  # background of a collection too small to have one (mean of the development set)
_FITTED_DAYS: Final = 3  # the widest window that the model has seen: who widens it further wants those pairs
# Log-odds where a day guessed from the text is far from the other's: assumed, not fitted, for guesses are rare and
# often wrong (development set: 2 of 725 texts give one, both wrong). It parts what is doubtful; it excludes nothing.
_FAR_FROM_GUESS: Final = -2.0

Pairs = NDArray[np.int64]  # [n, 2]: numbers of the Vietnamese and the English document


@dataclass(frozen=True)
class Match:
    """A candidate pair: positions in the two lists, probability, and the similarity of the segments."""

    vi: int
    en: int
    score: float
    bimax: float


@cache
def shipped_model() -> LogisticModel:
    """The model fitted by `scripts/fit_matching.py`."""
    return logistic.load("matching")


def candidates(vi: Keys, en: Keys) -> Pairs:
    """Pairs among the nearest of either document, sorted.

    Args:
        vi: neighbors of each Vietnamese document in the order of their numbers, int64 [n, any].
        en: of each English one.
    """
    forth, back = numbers_of(vi), numbers_of(en)
    rows = [
        np.stack([np.repeat(np.arange(len(forth)), forth.shape[1]), forth.ravel()], axis=1),
        np.stack([back.ravel(), np.repeat(np.arange(len(back)), back.shape[1])], axis=1),
    ]
    pairs = np.concatenate(rows)
    return np.unique(pairs[(pairs >= 0).all(axis=1)], axis=0)


def overlap(
    vi: frozenset[str], en: frozenset[str], rarity: Mapping[str, float]
) -> tuple[float, float, tuple[str, ...]]:
    """Cosine of rarity-weighted keys, summed rarity of the shared ones, and those, rarest first."""
    shared = vi & en
    if not shared:
        return 0.0, 0.0, ()
    norms = [math.sqrt(math.fsum(rarity[key] ** 2 for key in side)) for side in (vi, en)]
    weights = sorted(((rarity[key], key) for key in shared), key=lambda pair: (-pair[0], pair[1]))
    cosine = sum(weight**2 for weight, _ in weights) / (norms[0] * norms[1])
    return cosine, sum(weight for weight, _ in weights), tuple(key for _, key in weights)


@dataclass(frozen=True)
class Measures:
    """What two documents say of each other without regard to rivals.

    Attributes:
        rows: float64 [pairs, len(FEATURES)], the two margins still 0.
        offsets: log-odds of what the model does not know, float64 [pairs].
    """

    rows: Floats
    offsets: Floats


Rarity = tuple[Mapping[str, float], Mapping[str, float]]  # weights of facts, of names
Side = tuple[MatchItem, NDArray[np.float32]]  # a document and its centered vector


def measure(pairs: Sequence[tuple[Side, Side]], rarity: Rarity) -> Measures:
    """Measure pairs; each row depends on its two documents and the rarity of their keys alone."""
    rows = np.zeros((len(pairs), len(FEATURES)))
    for row, (vi, en) in zip(rows, pairs, strict=True):
        row[:] = _features(vi, en, rarity)
    return Measures(rows, np.array([_guess(vi, en) for (vi, _), (en, _) in pairs], dtype=np.float64))


def _features(one: Side, other: Side, rarity: Rarity) -> tuple[float, ...]:
    (vi, vi_vector), (en, en_vector) = one, other
    similarity = vi.vectors @ en.vectors.T
    facts, facts_rare, _ = overlap(vi.facts, en.facts, rarity[0])
    names, names_rare, _ = overlap(vi.names, en.names, rarity[1])
    days = days_between(vi.date, en.date)
    return (
        bimax(similarity),
        0.0,
        round(float(vi_vector @ en_vector), 5),
        0.0,
        float(similarity[:2, :2].max()),
        facts,
        names,
        min(facts_rare, 20.0),
        min(names_rare, 40.0),
        float(days == 0),
        float(min(days or 0, _FITTED_DAYS)),
        float(days is None),
        abs(math.log(len(vi.vectors) / len(en.vectors))),
        math.log(min(len(vi.vectors), len(en.vectors))),
    )


def _guess(vi: MatchItem, en: MatchItem) -> float:
    """Log-odds for a day guessed from the text that is far from the other's day."""
    if vi.date and en.date:
        return 0.0
    days = days_between(vi.date or vi.estimate, en.date or en.estimate)
    return _FAR_FROM_GUESS if days is not None and days > _FITTED_DAYS + GUESS_DAYS else 0.0


def usual_bimax(owners: NDArray[np.int64], scores: Floats, n: int) -> Floats:
    """Mean of the rivals' `bimax` among the candidates of each of n documents, float64 [n]."""
    order = np.lexsort((-scores, owners))
    owners, scores = owners[order], scores[order]
    first = np.searchsorted(owners, np.arange(n))
    rank = np.arange(len(owners)) - first[owners]
    ranked = np.full((n, RIVALS.stop), -np.inf)
    kept = rank < RIVALS.stop
    ranked[owners[kept], rank[kept]] = scores[kept]
    return background(ranked, _NO_RIVAL_BIMAX)


def scores_of(measures: Measures, usual: tuple[Floats, Floats], model: LogisticModel | None = None) -> Floats:
    """Probability of each pair, float64 [pairs].

    Args:
        measures: of the pairs.
        usual: bimax and cosine of the rivals around each pair, float64 [pairs] each: means of both documents.
        model: the shipped one if None.
    """
    rows = with_margins(measures.rows, usual)
    return logistic.sigmoid((model or shipped_model()).log_odds(rows) + measures.offsets)


def with_margins(rows: Floats, usual: tuple[Floats, Floats]) -> Floats:
    """Feature rows with how far each pair stands out from its rivals."""
    full = rows.copy()
    full[:, _BIMAX_MARGIN] = rows[:, _BIMAX] - usual[0]
    full[:, _COSINE_MARGIN] = rows[:, _COSINE] - usual[1]
    return full
