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
from align.beads.coverage import Coverage
from align.beads.runs import Floats
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
class Cover:
    """A summary and two segments that it may cover."""

    summary: int
    parts: tuple[int, int]
    features: tuple[float, ...]


@dataclass(frozen=True)
class _View:
    """The pair seen from the side of the summaries ("own").

    Attributes:
        similarity: float32 [own, other].
        weights: of own features, [own segments, own features].
        best: best counterpart of own features in each other segment, [other segments, own features].
        covered: coverage of other segments by own ones, [own, other].
        own_lengths: in English characters.
    """

    similarity: Vectors
    weights: NDArray[np.float32]
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
        covers = list(candidates(vi, en, coverage, beads, vi_summaries=vi_summaries))
        if covers:
            log_odds = model.log_odds(np.array([cover.features for cover in covers]))
            found += [
                (score, _bead(cover, vi_summaries=vi_summaries))
                for score, cover in zip(log_odds.tolist(), covers, strict=True)
                if score > 0
            ]
    return _disjoint(found)


def _bead(cover: Cover, *, vi_summaries: bool) -> Bead:
    own, other = (cover.summary,), tuple(sorted(cover.parts))
    return Bead(own, other) if vi_summaries else Bead(other, own)


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


def candidates(vi: Side, en: Side, coverage: Coverage, beads: Sequence[Bead], *, vi_summaries: bool) -> Iterator[Cover]:
    """Segments of one side that stand alone or with one partner, each with pairs of distant segments that do too."""
    view = _view(vi, en, coverage, vi_summaries=vi_summaries)
    singles = {bead.vi[0]: bead.en[0] for bead in beads if bead.shape == "1-1"}
    partners = singles if vi_summaries else {other: own for own, other in singles.items()}
    null_vi = [bead.vi[0] for bead in beads if bead.vi and not bead.en]
    null_en = [bead.en[0] for bead in beads if bead.en and not bead.vi]
    own, other = (null_vi, null_en) if vi_summaries else (null_en, null_vi)
    if not other:
        return
    for summary in sorted({*own, *partners}):
        partner = partners.get(summary)
        free = np.array(other if partner is None else [*other, partner])
        near = free[np.argsort(-view.similarity[summary, free], kind="stable")[:_PARTS]]
        for one, two in combinations(sorted(near.tolist()), 2):
            # Neighbors would be a bead; with a partner the other part must be the one that has none.
            if two - one > 1 and (partner is None or partner in {one, two}):
                yield Cover(summary, (one, two), _features(view, summary, (one, two), partner))


def _view(vi: Side, en: Side, coverage: Coverage, *, vi_summaries: bool) -> _View:
    lengths = vi.lengths * _VI_TO_EN, en.lengths
    tokens, vectors = (coverage.vi, coverage.en), (vi.vectors, en.vectors)
    bests = coverage.vi_best, coverage.en_best
    own, other = (0, 1) if vi_summaries else (1, 0)
    parts = tokens[other].weights
    covered = (parts @ bests[other].T / np.maximum(parts.sum(axis=1), 1e-9)[:, None]).T.astype(np.float64)
    return _View(
        vectors[own] @ vectors[other].T,
        tokens[own].weights,
        bests[own],
        covered,
        lengths[own],
        lengths[other],
        vectors[own],
        vectors[other],
    )


def _features(view: _View, summary: int, parts: tuple[int, int], partner: int | None) -> tuple[float, ...]:
    index = list(parts)
    weights = view.weights[summary]
    total = max(float(weights.sum()), 1e-9)
    each = view.best[index] @ weights / total
    covered = float(view.best[index].max(axis=0) @ weights) / total
    inner = view.covered[summary, index]
    single = view.similarity[summary, index]
    together = (view.other_vectors[index] * view.other_lengths[index, None]).sum(axis=0)
    similarity = float(view.own_vectors[summary] @ together) / max(float(np.linalg.norm(together)), 1e-9)
    ratio = float(np.log((view.other_lengths[index].sum() + _SPREAD) / (view.own_lengths[summary] + _SPREAD)))
    return (
        covered,
        covered - float(each.max()),
        float(inner.min()),
        float(inner.mean()),
        similarity,
        similarity - float(single.max()),
        _lead(view, summary, index),
        ratio,
        abs(ratio),
        float(np.log(max(view.own_lengths[summary], 1.0))),
        float(partner is not None),
    )


def _lead(view: _View, summary: int, parts: list[int]) -> float:
    """The worse part's similarity less the mean of its and the summary's best others."""
    leads = []
    for part in parts:
        row = np.delete(view.similarity[summary], parts)
        column = np.delete(view.similarity[:, part], summary)
        others = [float(np.sort(side)[-_RIVALS:].mean()) if len(side) else 0.0 for side in (row, column)]
        leads.append(float(view.similarity[summary, part]) - sum(others) / 2)
    return min(leads)
