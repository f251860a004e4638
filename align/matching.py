"""Document matching: which Vietnamese and English articles report the same happening.

Candidates come from a date window and document vectors; each is scored by BiMax (bidirectional maximum similarity of
segments; Wang et al. 2025), by anchors weighted by their rarity in the collection, by its lead and its dates, and by
how far it stands out from the rivals of both documents. A logistic model fitted on development documents turns that
into a probability. News is many-to-many: accepted pairs are grouped into events.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align import logistic
from align.logistic import Floats, LogisticModel
from align.types import Vectors

Days = NDArray[np.int64]

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

# Once two documents have been aligned, what was found says more than any vector of theirs (Thompson and Koehn 2020).
ALIGNED_FEATURES: Final = (
    "log_odds",
    "expected_links",
    "sure_links",
    "covered_vi",
    "covered_en",
    "covered_least",
    "mean_quality",
    "log_segments",
)

_CANDIDATES: Final = 12  # per document and direction; the right partner was among them for every development pair
_SURE: Final = 0.9
_RIVALS: Final = slice(
    3, 9
)  # ranks of a document's neighbors that stand for "unrelated": several write-ups may be true
_BLOCK: Final = 256  # documents compared at a time with all that their window allows
_UNDATED: Final = -(10**6)  # a day before all others
_NO_RIVAL_BIMAX: Final = 0.30  # background of a collection too small to have one (mean of the development set)
_NO_RIVAL_COSINE: Final = 0.10
_FITTED_DAYS: Final = 3  # the widest window that the model has seen: who widens it further wants those pairs
_RARITY_PRIOR: Final = 20.0  # documents assumed besides the collection, so that rarity in five articles means little


@dataclass(frozen=True)
class MatchItem:
    """A document as matching sees it.

    Attributes:
        doc_id: its id.
        date: day of publication, if known.
        vectors: float32 [segments, dim], unit rows.
        facts: keys of its numbers, money and dates.
        names: keys of its names.
    """

    doc_id: str
    date: date | None
    vectors: Vectors
    facts: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True)
class Match:
    """A candidate pair: positions in the two lists, probability, and what speaks for it."""

    vi: int
    en: int
    score: float
    days_apart: int | None
    facts: tuple[str, ...]
    names: tuple[str, ...]
    bimax: float


@cache
def shipped_model() -> LogisticModel:
    """The model fitted by `scripts/fit_matching.py`."""
    return logistic.load("matching")


def bimax(similarity: NDArray[np.float32]) -> float:
    """Mean over both sides of each segment's best similarity to the other document."""
    return float(similarity.max(axis=1).mean() + similarity.max(axis=0).mean()) / 2


def aligned_features(score: float, links: Sequence[tuple[float, int, int]], sizes: tuple[int, int]) -> list[float]:
    """Features of a pair that has been aligned, in the order of `ALIGNED_FEATURES`.

    Args:
        score: its probability before.
        links: quality, Vietnamese and English segments of each bead that is no null.
        sizes: segments of either document.
    """
    safe = min(max(score, 1e-6), 1 - 1e-6)
    covered = [min(1.0, sum(link[0] * link[side] for link in links) / sizes[side - 1]) for side in (1, 2)]
    qualities = [quality for quality, _, _ in links]
    return [
        math.log(safe / (1 - safe)),
        math.log1p(sum(qualities)),
        math.log1p(sum(quality >= _SURE for quality in qualities)),
        *covered,
        min(covered),
        sum(qualities) / max(len(qualities), 1),
        math.log(min(sizes)),
    ]


def rescored(rows: Floats, model: LogisticModel | None = None) -> Floats:
    """Probabilities of pairs that have been aligned, from rows of `aligned_features`."""
    model = model or logistic.load("matching_aligned")
    return logistic.sigmoid(model.log_odds(np.asarray(rows, dtype=np.float64).reshape(-1, len(ALIGNED_FEATURES))))


def days_between(vi: date | None, en: date | None) -> int | None:
    """Calendar days between two dates; None where one is unknown."""
    return None if vi is None or en is None else abs((vi - en).days)


def document_vectors(items: Sequence[MatchItem]) -> Floats:
    """Mean segment vector of each document, unit length: float64 [documents, dim]."""
    means = np.stack([item.vectors.mean(axis=0, dtype=np.float64) for item in items])
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    unit: Floats = means / np.maximum(norms, 1e-9)
    return unit


@dataclass(frozen=True)
class _Neighbors:
    """For each document of one language its nearest ones of the other, and what is usual around it.

    Attributes:
        nearest: int64 [n, up to _CANDIDATES], best first; -1 where the window holds fewer.
        background: mean cosine of its rivals, float64 [n].
    """

    nearest: NDArray[np.int64]
    background: Floats


def _days(items: Sequence[MatchItem]) -> Days:
    return np.array([item.date.toordinal() if item.date else _UNDATED for item in items], dtype=np.int64)


def _neighbors(own: Vectors, own_days: Days, other: Vectors, other_days: Days, window: int) -> _Neighbors:
    """Nearest documents within the window of days; undated ones go with every date.

    Documents are taken in the order of their dates, some hundred at a time, and compared with those that the window
    allows any of them: memory grows with the news of some days, not with the product of the two numbers.
    """
    order = np.argsort(own_days, kind="stable")
    by_day = np.argsort(other_days, kind="stable")
    days = other_days[by_day]
    n_undated = int(np.searchsorted(days, _UNDATED, side="right"))
    nearest = np.full((len(own), _CANDIDATES), -1, dtype=np.int64)
    background = np.zeros(len(own))
    for start in range(0, len(order), _BLOCK):
        rows = order[start : start + _BLOCK]
        dated = own_days[rows][own_days[rows] != _UNDATED]
        low, high = (n_undated, len(days)) if len(dated) < len(rows) else _range(days, dated, window, n_undated)
        pool = np.sort(np.concatenate([by_day[:n_undated], by_day[low:high]]))
        apart = np.abs(own_days[rows][:, None] - other_days[pool][None, :]) > window
        undated = (own_days[rows] == _UNDATED)[:, None] | (other_days[pool] == _UNDATED)[None, :]
        # Rounded: the last bits of a product depend on the size of the block that it was computed in.
        cosine = np.round((own[rows] @ other[pool].T).astype(np.float64), 5)
        cosine[apart & ~undated] = -np.inf
        nearest[rows], background[rows] = _ranked(cosine, pool)
    return _Neighbors(nearest, background)


def _range(days: Days, dated: Days, window: int, n_undated: int) -> tuple[int, int]:
    low, high = np.searchsorted(days, [dated.min() - window, dated.max() + window + 1])
    return max(int(low), n_undated), max(int(high), n_undated)


def _ranked(cosine: Floats, pool: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """The nearest of each row, and the mean of the rivals after them."""
    width = min(max(_CANDIDATES, _RIVALS.stop), cosine.shape[1])
    nearest = np.full((len(cosine), _CANDIDATES), -1, dtype=np.int64)
    if not width:
        return nearest, np.full(len(cosine), _NO_RIVAL_COSINE)
    # Equal cosines: the first document, whatever the block.
    best = np.argsort(-cosine, axis=1, kind="stable")[:, :width]
    values = np.take_along_axis(cosine, best, axis=1)
    some = min(width, _CANDIDATES)
    nearest[:, :some] = np.where(np.isfinite(values[:, :some]), pool[best[:, :some]], -1)
    return nearest, _background(values, _NO_RIVAL_COSINE)


def _background(ranked: Floats, default: float) -> Floats:
    """Mean score of each row's rivals: those after the best few; scores [n, ranks], best first, -inf where none."""
    rivals = ranked[:, _RIVALS]
    known = np.isfinite(rivals)
    count = known.sum(axis=1)
    total = np.where(known, rivals, 0).sum(axis=1)
    # With few rivals the default keeps a say: it counts as two of them.
    background: Floats = (total + 2 * default) / (count + 2)
    return background


def _background_of_pairs(owners: Sequence[int], scores: Floats, n: int) -> Floats:
    """`_background` of the candidates of each of n documents."""
    lists: list[list[float]] = [[] for _ in range(n)]
    for owner, score in zip(owners, scores.tolist(), strict=True):
        lists[owner].append(score)
    ranked = np.full((n, _RIVALS.stop), -np.inf)
    for row, values in enumerate(lists):
        best = sorted(values, reverse=True)[: _RIVALS.stop]
        ranked[row, : len(best)] = best
    return _background(ranked, _NO_RIVAL_BIMAX)


def _rarity(documents: Iterable[frozenset[str]]) -> dict[str, float]:
    """Weight of each key: log of how few documents have it."""
    counts: Counter[str] = Counter()
    n = 0
    for keys in documents:
        counts.update(keys)
        n += 1
    return {key: math.log((n + _RARITY_PRIOR) / (count + 1)) for key, count in counts.items()}


def _overlap(vi: frozenset[str], en: frozenset[str], rarity: dict[str, float]) -> tuple[float, float, tuple[str, ...]]:
    """Cosine of rarity-weighted keys, summed rarity of the shared ones, and those, rarest first."""
    shared = vi & en
    norms = [math.sqrt(sum(rarity[key] ** 2 for key in sorted(side))) for side in (vi, en)]
    weights = sorted(((rarity[key], key) for key in shared), key=lambda pair: (-pair[0], pair[1]))
    product = sum(weight**2 for weight, _ in weights)
    cosine = product / (norms[0] * norms[1]) if product else 0.0
    return cosine, sum(weight for weight, _ in weights), tuple(key for _, key in weights)


class Matcher:
    """Scores pairs of one collection."""

    def __init__(self, vi: Sequence[MatchItem], en: Sequence[MatchItem], window_days: int) -> None:
        """Prepare the collection.

        Args:
            vi: Vietnamese documents, each with at least one segment.
            en: English documents, each with at least one segment.
            window_days: largest distance of two dates.
        """
        self.vi, self.en = vi, en
        vi_vectors, en_vectors = document_vectors(vi), document_vectors(en)
        # The part that all documents of the collection share; less of it where it is small.
        mean = (vi_vectors.sum(axis=0) + en_vectors.sum(axis=0)) / (len(vi) + len(en))
        mean *= len(vi) / (len(vi) + _RARITY_PRIOR)
        self._vectors = _centered(vi_vectors, mean), _centered(en_vectors, mean)
        days = _days(vi), _days(en)
        self._around = (
            _neighbors(self._vectors[0], days[0], self._vectors[1], days[1], window_days),
            _neighbors(self._vectors[1], days[1], self._vectors[0], days[0], window_days),
        )
        self.pairs = self._candidates()
        self.facts = _rarity(item.facts for item in (*vi, *en))
        self.names = _rarity(item.names for item in (*vi, *en))

    def _candidates(self) -> list[tuple[int, int]]:
        """Pairs among the nearest of either document."""
        vi, en = self._around
        pairs = {(x, y) for x, row in enumerate(vi.nearest.tolist()) for y in row if y >= 0}
        pairs |= {(x, y) for y, row in enumerate(en.nearest.tolist()) for x in row if x >= 0}
        return sorted(pairs)

    def features(self) -> tuple[Floats, list[Match]]:
        """Feature rows [candidates, len(FEATURES)], and the candidates with their score still 0."""
        best = np.array([bimax(self.vi[x].vectors @ self.en[y].vectors.T) for x, y in self.pairs])
        vi_usual = _background_of_pairs([x for x, _ in self.pairs], best, len(self.vi))
        en_usual = _background_of_pairs([y for _, y in self.pairs], best, len(self.en))
        rows, matches = [], []
        for (x, y), score in zip(self.pairs, best.tolist(), strict=True):
            around = [vi_usual[x], en_usual[y], self._around[0].background[x], self._around[1].background[y]]
            row, match = self._pair(x, y, score, around)
            rows.append(row)
            matches.append(match)
        return np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES)), matches

    def _pair(self, x: int, y: int, best: float, around: Sequence[float]) -> tuple[list[float], Match]:
        vi, en = self.vi[x], self.en[y]
        facts, facts_rare, shared_facts = _overlap(vi.facts, en.facts, self.facts)
        names, names_rare, shared_names = _overlap(vi.names, en.names, self.names)
        lead = float((vi.vectors[:2] @ en.vectors[:2].T).max())
        days = days_between(vi.date, en.date)
        cosine = float(np.round(self._vectors[0][x] @ self._vectors[1][y], 5))
        row = [
            best,
            best - (around[0] + around[1]) / 2,
            cosine,
            cosine - (around[2] + around[3]) / 2,
            lead,
            facts,
            names,
            min(facts_rare, 20.0),
            min(names_rare, 40.0),
            float(days == 0),
            float(min(days or 0, _FITTED_DAYS)),
            float(days is None),
            abs(math.log(len(vi.vectors) / len(en.vectors))),
            math.log(min(len(vi.vectors), len(en.vectors))),
        ]
        return row, Match(x, y, 0.0, days, shared_facts, shared_names, best)


def _centered(vectors: Floats, mean: Floats) -> Vectors:
    """Vectors without the part that all documents of the collection share, float32."""
    rest = vectors - mean
    unit: Vectors = (rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return unit


def match(
    vi: Sequence[MatchItem], en: Sequence[MatchItem], window_days: int, model: LogisticModel | None = None
) -> list[Match]:
    """All candidate pairs with their probability, best first.

    Args:
        vi: Vietnamese documents, each with at least one segment.
        en: English documents, each with at least one segment.
        window_days: largest distance of two dates in days.
        model: the shipped one if None.
    """
    if not (vi and en):
        return []
    rows, matches = Matcher(vi, en, window_days).features()
    scores = logistic.sigmoid((model or shipped_model()).log_odds(rows))
    scored = [
        Match(m.vi, m.en, float(score), m.days_apart, m.facts, m.names, m.bimax)
        for m, score in zip(matches, scores, strict=True)
    ]
    return sorted(scored, key=lambda m: (-m.score, m.vi, m.en))


def events(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """Groups of documents that accepted pairs connect, each sorted, in order of their first document."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in pairs:
        a, b = sorted((root(left), root(right)))
        parent[b] = a
    groups = defaultdict(list)
    for node in sorted(parent):
        groups[root(node)].append(node)
    yield from (tuple(group) for _, group in sorted(groups.items()))
