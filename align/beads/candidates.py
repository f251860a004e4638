"""Candidate beads and what is known of each: one row of features a candidate.

A bead joins a run of `a` Vietnamese with a run of `b` English segments. Vectors of runs are length-weighted sums of
the vectors of their segments, so that each segment is encoded once, where other aligners encode concatenations four to
eight times. Only cells among the best of their row or column become candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.beads.coverage import Coverage, Lexicon
from align.beads.runs import Floats, Overlap, Runs, best_cells, other_best, rivals, runner_up
from align.beads.side import Side

Ints = NDArray[np.int64]

MAX_RUN: Final = 3  # segments on one side of a bead
_SPREAD: Final = 15.0  # characters added to both lengths so that short segments vary less
_VI_TO_EN: Final = 0.914  # English characters per Vietnamese character (development set)

FEATURES: Final = (
    "similarity",
    "margin_vi",
    "margin_en",
    "lead_vi",
    "lead_en",
    "lead_least",
    "margin_least",
    "own_similarity",
    "own_margin_vi",
    "own_margin_en",
    "own_lead_least",
    "length",
    "length_abs",
    "length_squared",
    "facts_shared",
    "facts_vi_only",
    "facts_en_only",
    "names_shared",
    "names_vi_only",
    "names_en_only",
    "covered_vi",
    "covered_en",
    "covered_least",
    "covered_lead_vi",
    "covered_lead_en",
    "merged",
    "extra_segments",
    "both_merged",
    "merge_gain",
    "merge_length_gain",
    "merge_least_inner",
    "merge_length_abs",
    "merge_covered_gain_vi",
    "merge_covered_gain_en",
    "merge_covered_least",
    "merge_split_similarity",
    "merge_split_length",
    "log_characters",
    "similarity_log_characters",
    "short",
    "log_segments",
)


@dataclass(frozen=True)
class Candidates:
    """Candidate beads in columns: bead k joins vi[i : i + a] with en[j : j + b].

    Attributes:
        i, a, j, b: int64 [n].
        features: float64 [n, len(FEATURES)].
    """

    i: Ints
    a: Ints
    j: Ints
    b: Ints
    features: Floats

    def __len__(self) -> int:
        return len(self.i)

    def take(self, rows: NDArray[np.intp]) -> Candidates:
        """The candidates of some rows."""
        return Candidates(self.i[rows], self.a[rows], self.j[rows], self.b[rows], self.features[rows])


def _log_ratio(vi_length: NDArray[np.floating], en_length: NDArray[np.floating]) -> Floats:
    ratio: Floats = np.log((en_length + _SPREAD) / (_VI_TO_EN * vi_length + _SPREAD))
    return ratio


class _Grid:
    """All similarities of a document pair by shape, and the features made from them."""

    def __init__(self, vi: Side, en: Side, lexicon: Lexicon) -> None:
        self.n, self.m = len(vi), len(en)
        self.vi = {a: Runs(vi, a) for a in range(1, min(MAX_RUN, self.n) + 1)}
        self.en = {b: Runs(en, b) for b in range(1, min(MAX_RUN, self.m) + 1)}
        self.cos = {(a, b): self.vi[a].vectors @ self.en[b].vectors.T for a in self.vi for b in self.en}
        self.own = {(a, b): self.vi[a].own_vectors @ self.en[b].own_vectors.T for a in self.vi for b in self.en}
        coverage = Coverage(vi, en, lexicon)
        self.covered = {shape: coverage.of_runs(*shape) for shape in self.cos}

    def candidates(self, a: int, b: int) -> Candidates:
        """Candidates of one shape with their features."""
        i, j = best_cells(self.cos[a, b])
        similarity = self.cos[a, b][i, j].astype(np.float64)
        columns = [
            *self._similarity_features(similarity, i, j, a, b),
            *self._own_features(i, j, a, b),
            *self._length_features(i, j, a, b),
            *self._anchor_features(i, j, a, b),
            *self._coverage_features(i, j, a, b),
            *self._merge_features(similarity, i, j, a, b),
            *self._size_features(similarity, i, a),
        ]
        rows = np.stack([np.broadcast_to(column, len(i)) for column in columns], axis=1)
        return Candidates(i, np.full(len(i), a), j, np.full(len(i), b), rows)

    def _similarity_features(
        self, similarity: Floats, i: NDArray[np.intp], j: NDArray[np.intp], a: int, b: int
    ) -> list[Floats]:
        vi_mean, vi_best = rivals(self.cos[a, 1], i, j, b)
        en_mean, en_best = rivals(self.cos[1, b].T, j, i, a)
        margin_vi, margin_en = similarity - vi_mean, similarity - en_mean
        lead_vi, lead_en = similarity - vi_best, similarity - en_best
        least = np.minimum(lead_vi, lead_en)
        return [similarity, margin_vi, margin_en, lead_vi, lead_en, least, np.minimum(margin_vi, margin_en)]

    def _own_features(self, i: NDArray[np.intp], j: NDArray[np.intp], a: int, b: int) -> list[Floats]:
        """The same without what all segments of each document share."""
        similarity = self.own[a, b][i, j].astype(np.float64)
        vi_mean, vi_best = rivals(self.own[a, 1], i, j, b)
        en_mean, en_best = rivals(self.own[1, b].T, j, i, a)
        least = np.minimum(similarity - vi_best, similarity - en_best)
        return [similarity, similarity - vi_mean, similarity - en_mean, least]

    def _ratio(self, i: NDArray[np.intp], j: NDArray[np.intp], a: int, b: int) -> Floats:
        return _log_ratio(self.vi[a].lengths[i], self.en[b].lengths[j])

    def _length_features(self, i: NDArray[np.intp], j: NDArray[np.intp], a: int, b: int) -> list[Floats]:
        ratio = self._ratio(i, j, a, b)
        return [ratio, np.abs(ratio), np.minimum(np.abs(ratio), 2) ** 2]

    def _anchor_features(self, i: NDArray[np.intp], j: NDArray[np.intp], a: int, b: int) -> list[Floats]:
        facts = Overlap(self.vi[a].facts, self.en[b].facts).count(i, j)
        names = Overlap(self.vi[a].names, self.en[b].names).count(i, j)
        # Caps: a fourth shared number proves no more than the third.
        return [*(np.minimum(count, 3) for count in facts), *(np.minimum(count, 4) for count in names)]

    def _coverage_features(self, i: NDArray[np.intp], j: NDArray[np.intp], a: int, b: int) -> list[Floats]:
        vi, en = (side[i, j] for side in self.covered[a, b])
        both = np.minimum(*self.covered[a, b])
        rows, columns = runner_up(both), runner_up(both.T)
        least = both[i, j]
        return [vi, en, least, least - other_best(least, rows[i]), least - other_best(least, columns[j])]

    def _merge_features(
        self, similarity: Floats, i: NDArray[np.intp], j: NDArray[np.intp], a: int, b: int
    ) -> list[Floats]:
        """What a merge adds over its best part; all zero for 1-1."""
        merged = float(a + b > 2)
        length = np.abs(self._ratio(i, j, a, b))
        shape = [np.full(len(i), merged), np.full(len(i), a + b - 2.0), np.full(len(i), float(a > 1 and b > 1))]
        if not merged:
            return [*shape, *([np.zeros(len(i))] * 9)]
        parts = [(a - 1, b, 0, 0), (a - 1, b, 1, 0)] if a > 1 else []
        parts += [(a, b - 1, 0, 0), (a, b - 1, 0, 1)] if b > 1 else []
        best_part = np.max([self.cos[x, y][i + p, j + q] for x, y, p, q in parts], axis=0)
        best_length = np.min([np.abs(self._ratio(i + p, j + q, x, y)) for x, y, p, q in parts], axis=0)
        inner = np.stack([[self.cos[1, 1][i + p, j + q] for q in range(b)] for p in range(a)])
        least = np.minimum(inner.max(axis=1).min(axis=0), inner.max(axis=0).min(axis=0))
        whole = [side[i, j] for side in self.covered[a, b]]
        gains = [
            whole[side] - np.max([self.covered[x, y][side][i + p, j + q] for x, y, p, q in parts], axis=0)
            for side in (0, 1)
        ]
        inside = [self.covered[1, b][0][i + p, j] for p in range(a)] + [
            self.covered[a, 1][1][i, j + q] for q in range(b)
        ]
        return [
            *shape,
            similarity - best_part,
            best_length - length,
            least,
            length,
            *gains,
            np.min(inside, axis=0),
            *self._split_features(similarity, length, i, j, a, b),
        ]

    def _split_features(  # noqa: PLR0913 - a candidate is four numbers
        self, similarity: Floats, length: Floats, i: NDArray[np.intp], j: NDArray[np.intp], a: int, b: int
    ) -> list[Floats]:
        """What the whole has over the best way to cut it into two beads; zero where one side is a single segment."""
        if a == 1 or b == 1:
            return [np.zeros(len(i)), np.zeros(len(i))]
        cuts = [(p, q) for p in range(1, a) for q in range(1, b)]
        cosines = [np.minimum(self.cos[p, q][i, j], self.cos[a - p, b - q][i + p, j + q]) for p, q in cuts]
        lengths = [
            (np.abs(self._ratio(i, j, p, q)) + np.abs(self._ratio(i + p, j + q, a - p, b - q))) / 2 for p, q in cuts
        ]
        best = np.argmax(cosines, axis=0)
        picked = np.take_along_axis(np.array(lengths), best[None, :], axis=0)[0]
        return [similarity - np.max(cosines, axis=0), picked - length]

    def _size_features(self, similarity: Floats, i: NDArray[np.intp], a: int) -> list[Floats]:
        characters = np.clip(self.vi[a].lengths[i], 1, 300)
        log = np.log(characters)
        return [log, similarity * log, (characters < 25).astype(np.float64), np.full(len(i), np.log(self.n + self.m))]


def find(vi: Side, en: Side, lexicon: Lexicon) -> Candidates:
    """All candidate beads of a document pair; none where a side is empty."""
    if not (len(vi) and len(en)):
        none = np.zeros(0, dtype=np.int64)
        return Candidates(none, none, none, none, np.zeros((0, len(FEATURES))))
    grid = _Grid(vi, en, lexicon)
    parts = [grid.candidates(a, b) for a, b in grid.cos]
    found = Candidates(
        np.concatenate([part.i for part in parts]),
        np.concatenate([part.a for part in parts]),
        np.concatenate([part.j for part in parts]),
        np.concatenate([part.b for part in parts]),
        np.concatenate([part.features for part in parts]),
    )
    # A headline repeats the lead; it must not be glued to it, as a long segment that resembles one sentence.
    glued = (vi.headline & (found.i == 0) & (found.a > 1)) | (en.headline & (found.j == 0) & (found.b > 1))
    return found.take(np.flatnonzero(~glued)) if glued.any() else found
