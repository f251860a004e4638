"""Summaries: a segment that says in one sentence what several distant segments of the other document say.

Newsrooms do this often, and no bead can hold it. Such links are recorded for readers and reviewers; they are no
translations and never become units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align import logistic
from align.beads.coverage import Coverage, Tokens
from align.beads.runs import Floats, Ints
from align.beads.side import Side
from align.types import Bead, Vectors

FEATURES: Final = (
    "covered",
    "covered_gain",
    "parts_covered_least",
    "parts_covered_mean",
    "similarity",
    "similarity_gain",
    "lead_least",
    "length",
    "length_abs",
    "log_characters",
    "partner",
)

_PARTS: Final = 4  # most similar parts of a summary that are looked at
_RIVALS: Final = 3
_SPREAD: Final = 15.0  # characters added to lengths, as for beads
_VI_TO_EN: Final = 0.914


@dataclass(frozen=True)
class Covers:
    """Possible summaries, each of two segments; one row each.

    Attributes:
        summary: int64 [n], segments of the one side.
        parts: int64 [n, 2], segments of the other side, ascending.
        features: float64 [n, len(FEATURES)].
        vi_summaries: whether the summaries are Vietnamese and the parts English.
    """

    summary: Ints
    parts: Ints
    features: Floats
    vi_summaries: bool

    def bead(self, row: int) -> Bead:
        """The summary and its parts."""
        one, two = self.parts[row].tolist()
        own, other = (int(self.summary[row]),), (one, two)
        return Bead(own, other) if self.vi_summaries else Bead(other, own)


@dataclass(frozen=True)
class _View:
    """The pair seen from the side of the summaries ("own").

    Attributes:
        similarity: float32 [own, other].
        tokens: own features.
        best: best counterpart of own features in each other segment, [other segments, own features].
        covered: coverage of other segments by own ones, [own, other].
        own_lengths: in English characters.
    """

    similarity: Vectors
    tokens: Tokens
    best: NDArray[np.float32]
    covered: Floats
    own_lengths: Floats
    other_lengths: Floats
    own_vectors: Vectors
    other_vectors: Vectors


def find(
    vi: Side, en: Side, coverage: Coverage, beads: Sequence[Bead], model: logistic.LogisticModel
) -> tuple[Bead, ...]:
    """Summaries of either side, each with the segments it covers; no segment stands in two.

    Args:
        vi: Vietnamese segments.
        en: English segments.
        coverage: of the two.
        beads: their alignment, null beads included.
        model: log-odds of a pair of parts.
    """
    found: list[tuple[float, Bead]] = []
    for vi_summaries in (True, False):
        covers = candidates(vi, en, coverage, beads, vi_summaries=vi_summaries)
        log_odds = model.log_odds(covers.features)
        found += [(float(log_odds[row]), covers.bead(row)) for row in np.flatnonzero(log_odds > 0).tolist()]
    return _disjoint(found)


def _disjoint(found: Sequence[tuple[float, Bead]]) -> tuple[Bead, ...]:
    """The surest first; one that shares its summary with a surer one adds its parts to that one."""
    chosen: dict[tuple[str, int], Bead] = {}
    used: set[tuple[str, int]] = set()
    for _, bead in sorted(found, key=lambda item: (-item[0], item[1])):
        summary = ("vi", bead.vi[0]) if len(bead.vi) == 1 else ("en", bead.en[0])
        parts = {("en", k) for k in bead.en} if len(bead.vi) == 1 else {("vi", k) for k in bead.vi}
        had = chosen.get(summary)
        new = parts - ({("en", k) for k in had.en} | {("vi", k) for k in had.vi} if had else set())
        if (summary in used and not had) or new & used:
            continue
        used |= new | {summary}
        chosen[summary] = Bead(tuple(sorted({*had.vi, *bead.vi})), tuple(sorted({*had.en, *bead.en}))) if had else bead
    return tuple(sorted(chosen.values()))


def candidates(vi: Side, en: Side, coverage: Coverage, beads: Sequence[Bead], *, vi_summaries: bool) -> Covers:
    """Segments of one side that stand alone or with one partner, each with pairs of distant segments that do too."""
    view = _view(vi, en, coverage, vi_summaries=vi_summaries)
    rows = list(_pairs_of_parts(view.similarity, beads, vi_summaries=vi_summaries))
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
    summary, parts, partner = table[:, 0], table[:, 1:3], table[:, 3]
    return Covers(summary, parts, _features(view, summary, parts, partner), vi_summaries)


def _pairs_of_parts(
    similarity: Vectors, beads: Sequence[Bead], *, vi_summaries: bool
) -> Iterator[tuple[int, int, int, int]]:
    """Summary, its two parts, and the partner that it has or -1."""
    singles = {bead.vi[0]: bead.en[0] for bead in beads if bead.shape == "1-1"}
    partners = singles if vi_summaries else {other: own for own, other in singles.items()}
    null_vi = [bead.vi[0] for bead in beads if bead.vi and not bead.en]
    null_en = [bead.en[0] for bead in beads if bead.en and not bead.vi]
    own, other = (null_vi, null_en) if vi_summaries else (null_en, null_vi)
    if not other:
        return
    for summary in sorted({*own, *partners}):
        partner = partners.get(summary, -1)
        free = np.array(other if partner < 0 else [*other, partner])
        near = free[np.argsort(-similarity[summary, free], kind="stable")[:_PARTS]]
        for one, two in combinations(sorted(near.tolist()), 2):
            # Neighbors would be a bead; with a partner the other part must be the one that has none.
            if two - one > 1 and (partner < 0 or partner in {one, two}):
                yield summary, one, two, partner


def _view(vi: Side, en: Side, coverage: Coverage, *, vi_summaries: bool) -> _View:
    lengths = vi.lengths * _VI_TO_EN, en.lengths
    tokens, vectors = (coverage.vi, coverage.en), (vi.vectors, en.vectors)
    bests = coverage.vi_best, coverage.en_best
    own, other = (0, 1) if vi_summaries else (1, 0)
    parts = tokens[other].weights
    covered = (parts @ bests[other].T / np.maximum(parts.sum(axis=1), 1e-9)[:, None]).T.astype(np.float64)
    return _View(
        vectors[own] @ vectors[other].T,
        tokens[own],
        bests[own],
        covered,
        lengths[own],
        lengths[other],
        vectors[own],
        vectors[other],
    )


def _features(view: _View, summary: Ints, parts: Ints, partner: Ints) -> Floats:
    each, both = _covered(view, summary, parts)
    inner = view.covered[summary[:, None], parts]
    single = view.similarity[summary[:, None], parts]
    lengths = view.other_lengths[parts]
    together = (view.other_vectors[parts] * lengths[:, :, None]).sum(axis=1)
    norms = np.maximum(np.linalg.norm(together, axis=1), 1e-9)
    similarity = np.einsum("nd,nd->n", view.own_vectors[summary], together) / norms
    own_length = view.own_lengths[summary]
    ratio = np.log((lengths.sum(axis=1) + _SPREAD) / (own_length + _SPREAD))
    columns = (
        both,
        both - each.max(axis=1, initial=0.0),
        inner.min(axis=1, initial=np.inf),
        inner.mean(axis=1),
        similarity,
        similarity - single.max(axis=1, initial=-np.inf),
        _lead(view.similarity, summary, parts),
        ratio,
        np.abs(ratio),
        np.log(np.maximum(own_length, 1.0)),
        partner >= 0,
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _covered(view: _View, summary: Ints, parts: Ints) -> tuple[Floats, Floats]:
    """Coverage of each summary by each of its parts, [n, 2], and by the better of them for each feature, [n]."""
    tokens, weights = _padded(view.tokens)
    weights = weights[summary]
    best = view.best[parts[:, :, None], tokens[summary][:, None, :]]
    total = np.maximum(weights.sum(axis=1), 1e-9)
    each = np.einsum("npt,nt->np", best, weights) / total[:, None]
    return each, np.einsum("nt,nt->n", best.max(axis=1), weights) / total


def _padded(tokens: Tokens) -> tuple[Ints, Floats]:
    """Distinct features of each segment and their weights there, [segments, most]; weight 0 where there is none."""
    segment, feature = np.nonzero(tokens.weights)
    counts = np.bincount(segment, minlength=len(tokens.weights))
    column = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)
    shape = len(counts), int(counts.max(initial=0))
    numbers, weights = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    numbers[segment, column], weights[segment, column] = feature, tokens.weights[segment, feature]
    return numbers, weights


def _lead(similarity: Vectors, summary: Ints, parts: Ints) -> Floats:
    """The worse part's similarity less the mean of its and the summary's best others."""
    own = _best_others(similarity, summary, parts)
    leads = [
        similarity[summary, part] - (own + _best_others(similarity.T, part, summary[:, None])) / 2 for part in parts.T
    ]
    lead: Floats = np.minimum(*leads)
    return lead


def _best_others(similarity: Vectors, rows: Ints, left_out: Ints) -> Floats:
    """Mean of the greatest values of some rows, without some columns: [n, m], [r], [r, k] -> [r]."""
    most = _RIVALS + left_out.shape[1]
    column = np.argsort(-similarity, axis=1, kind="stable")[:, :most][rows]
    other = (column[:, :, None] != left_out[:, None, :]).all(axis=2)
    taken = other & (np.cumsum(other, axis=1) <= _RIVALS)
    total = np.where(taken, similarity[rows[:, None], column], 0.0).sum(axis=1, dtype=np.float64)
    mean: Floats = total / np.maximum(taken.sum(axis=1), 1)
    return mean
