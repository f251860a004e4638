"""A second look at each candidate: what its neighbors, its rivals and the pair as a whole say.

News in two newsrooms is anything from a translation to two reports that share a quarter of their sentences. The share
of aligned segments and the continuity of likely beads are estimated per document pair from the first look, and the
weight of a neighbor depends on them: beads that continue each other count in a faithful pair and less in a loose one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.beads import candidates as first_look
from align.beads.candidates import Candidates
from align.beads.runs import COUNT, KINDS, Floats, Ints
from align.logistic import sigmoid

_CONTEXT: Final = (
    "first",
    "first_clipped",
    "lead",
    "lead_negative",
    "rival",
    "rival_both",
    "before",
    "after",
    "before_near",
    "after_near",
    "before_wide",
    "after_wide",
    "before_after",
    "before_after_near",
    "near_best",
    "document_start",
    "document_end",
    "share",
    "share_log_odds",
    "continuity",
    "continuity_squared",
    "share_before_near",
    "share_after_near",
    "continuity_before",
    "continuity_after",
    "continuity_before_near",
    "continuity_after_near",
    "continuity_neighbors_merged",
    "share_log_odds_merged",
    "continuity_merged",
    "continuity_single",
    "share_merged",
)

FEATURES: Final = (*_CONTEXT, *first_look.FEATURES)

_WORST: Final = -30.0
_NEAR: Final = 3  # segments that may be skipped to a neighboring bead
_WIDE: Final = 8
_FADE: Final = 0.9  # a neighbor counts less with every segment skipped


def _faded_maximum(best: Floats, reach: int, direction: int) -> Floats:
    """For every lattice point the best value within `reach` steps before (-1) or after (+1) it, faded."""
    result = best.copy()
    for axis in (0, 1):
        spread = result.copy()
        for step in range(1, min(reach, best.shape[axis] - 1) + 1):
            there = [slice(None), slice(None)]
            here = [slice(None), slice(None)]
            here[axis] = slice(step, None) if direction < 0 else slice(None, -step)
            there[axis] = slice(None, -step) if direction < 0 else slice(step, None)
            target = spread[tuple(here)]
            np.maximum(target, result[tuple(there)] * _FADE**step, out=target)
        result = spread
    return result


def _rival(start: Ints, kind: Ints, first: Floats, n: int) -> tuple[Floats, Floats]:
    """Best log-odds among other candidates that use one of a candidate's segments; best of each segment."""
    number = np.arange(len(first))
    segment = np.concatenate([start[kind == k] + offset for k, offsets in enumerate(KINDS) for offset in offsets])
    owner = np.concatenate([number[kind == k] for k, offsets in enumerate(KINDS) for _ in offsets])
    order = np.lexsort((owner, -first[owner], segment))
    segment, owner = segment[order], owner[order]
    opens = np.flatnonzero(np.r_[True, segment[1:] != segment[:-1]])
    best, second = np.full(n, _WORST), np.full(n, _WORST)
    best_owner = np.full(n, -1)
    best[segment[opens]], best_owner[segment[opens]] = first[owner[opens]], owner[opens]
    follows = opens + 1
    follows = follows[follows < len(segment)]
    follows = follows[segment[follows] == segment[follows - 1]]
    second[segment[follows]] = first[owner[follows]]
    rival = np.full(len(first), _WORST)
    for k, offset in ((k, offset) for k, offsets in enumerate(KINDS) for offset in offsets):
        rows = number[kind == k]
        at = start[rows] + offset
        rival[rows] = np.maximum(rival[rows], np.where(best_owner[at] == rows, second[at], best[at]))
    return rival, best


def features(candidates: Candidates, first: Floats, n: int, m: int) -> Floats:
    """Features of the second look.

    Args:
        candidates: those worth a second look.
        first: log-odds of the first look, float64 [len(candidates)].
        n: Vietnamese segments.
        m: English segments.

    Returns:
        float64 [len(candidates), len(FEATURES)].
    """
    if not len(candidates):
        return np.zeros((0, len(FEATURES)))
    i, j, vi_end, en_end = candidates.i, candidates.j, candidates.vi_end, candidates.en_end
    likely = sigmoid(first)
    vi_rival, vi_best = _rival(i, candidates.a, first, n)
    en_rival, en_best = _rival(j, candidates.b, first, m)
    rival = np.maximum(vi_rival, en_rival)
    ends, starts = np.zeros((n + 1, m + 1)), np.zeros((n + 1, m + 1))
    np.maximum.at(ends, (vi_end, en_end), likely)
    np.maximum.at(starts, (i, j), likely)
    before, after = ends[i, j], starts[vi_end, en_end]
    near = [_faded_maximum(ends, _NEAR, -1)[i, j], _faded_maximum(starts, _NEAR, 1)[vi_end, en_end]]
    wide = [_faded_maximum(ends, _WIDE, -1)[i, j], _faded_maximum(starts, _WIDE, 1)[vi_end, en_end]]
    own = [
        first,
        np.clip(first, -6, 6),
        first - np.maximum(rival, -8),
        np.minimum(first - rival, 0),
        sigmoid(rival),
        sigmoid(vi_rival) * sigmoid(en_rival),
        before,
        after,
        *near,
        *wide,
        before * after,
        near[0] * near[1],
        np.maximum(*near),
        ((i == 0) & (j == 0)).astype(np.float64),
        ((vi_end == n) & (en_end == m)).astype(np.float64),
    ]
    strong = likely > 0.5
    continuity = float(((before + after) / 2)[strong].mean()) if strong.any() else 0.0
    share = _share(vi_best, en_best)
    pair = _pair_features(share, continuity, before, after, near, COUNT[candidates.a] + COUNT[candidates.b] > 2)
    return np.concatenate([np.stack([*own, *pair], axis=1), candidates.features], axis=1)


def _share(vi_best: Floats, en_best: Floats) -> float:
    """Expected share of aligned segments, harmonic mean of both sides."""
    vi, en = float(sigmoid(vi_best).mean()), float(sigmoid(en_best).mean())
    return 2 * vi * en / max(vi + en, 1e-9)


def _pair_features(  # noqa: PLR0913 - one argument a kind of evidence
    share: float, continuity: float, before: Floats, after: Floats, near: list[Floats], merged: NDArray[np.bool_]
) -> list[Floats]:
    odds = float(np.log((share + 0.02) / (1.02 - share)))
    ones, merge = np.ones(len(before)), merged.astype(np.float64)
    return [
        share * ones,
        odds * ones,
        continuity * ones,
        continuity**2 * ones,
        odds * near[0],
        odds * near[1],
        continuity * before,
        continuity * after,
        continuity * near[0],
        continuity * near[1],
        continuity * (before + after) * merge,
        odds * merge,
        continuity * merge,
        continuity * (1 - merge),
        share * merge,
    ]
