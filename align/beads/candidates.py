"""Candidate beads and what is known of each: one row of features a candidate.

A bead joins a run of Vietnamese with a run of English segments. Vectors of runs are length-weighted sums of
the vectors of their segments, so that each segment is encoded once, where other aligners encode concatenations four to
eight times. Only cells among the best of their row or column become candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align.beads.runs import (
    COUNT,
    GAPPED,
    KINDS,
    PADDING,
    SPAN,
    Floats,
    Grid,
    Ints,
    Overlap,
    Runs,
    best_cells,
    kind_of,
    other_best,
    products,
    rivals,
    run_maxima,
    run_minima,
    two_best,
    valid_cells,
)
from align.beads.side import Side
from align.beads.words import Words
from align.types import Bead

_LESS: Final = np.array([0, 0, 1, 2, 0])  # kind of a run without its first, or its last, segment
_SECOND: Final = np.array([0, 1, 1, 1, 2])  # where a run goes on after its first segment
_SPREAD: Final = 15.0  # characters added to both lengths so that short segments vary less
_OF_MERGED: Final = 10  # features that only merges have
_MOST_EXPLAINED: Final = 100.0
_NO_OTHER: Final = 0.0  # score of the best other cell where there is none
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
    "explained_vi",
    "explained_en",
    "explained_least",
    "explained_mean",
    "explained_margin_vi",
    "explained_margin_en",
    "explained_lead_vi",
    "explained_lead_en",
    "explained_lead_least",
    "explained_margin_least",
    "explained_sum_vi",
    "explained_sum_en",
    "merged",
    "extra_segments",
    "both_merged",
    "gapped",
    "merge_gain",
    "merge_length_gain",
    "merge_least_inner",
    "merge_length_abs",
    "merge_covered_gain_vi",
    "merge_covered_gain_en",
    "merge_covered_least",
    "merge_explained_gain",
    "merge_split_similarity",
    "merge_split_length",
    "log_characters",
    "similarity_log_characters",
    "short",
    "log_segments",
)


@dataclass(frozen=True)
class Candidates:
    """Candidate beads in columns: each joins the run of kind a that starts at segment i with that of kind b at j.

    Attributes:
        i, a, j, b: int [n]; kinds are indexes of `runs.KINDS`.
        features: float64 [n, len(FEATURES)].
    """

    i: Ints
    a: Ints
    j: Ints
    b: Ints
    features: Floats

    @classmethod
    def none(cls) -> Candidates:
        """No candidate."""
        empty = np.zeros(0, dtype=np.intp)
        return cls(empty, empty, empty, empty, np.zeros((0, len(FEATURES))))

    def __len__(self) -> int:
        return len(self.i)

    @property
    def vi_end(self) -> Ints:
        """One past the last Vietnamese segment."""
        end: Ints = self.i + SPAN[self.a]
        return end

    @property
    def en_end(self) -> Ints:
        """One past the last English segment."""
        end: Ints = self.j + SPAN[self.b]
        return end

    def bead(self, row: int, log_odds: float | None = None) -> Bead:
        """One candidate as a bead."""
        i, j = int(self.i[row]), int(self.j[row])
        vi, en = KINDS[self.a[row]], KINDS[self.b[row]]
        return Bead(tuple(i + k for k in vi), tuple(j + k for k in en), log_odds)

    def take(self, rows: Ints) -> Candidates:
        """The candidates of some rows."""
        return Candidates(self.i[rows], self.a[rows], self.j[rows], self.b[rows], self.features[rows])


def _log_ratio(vi_length: NDArray[np.floating], en_length: NDArray[np.floating]) -> Floats:
    ratio: Floats = np.log((en_length + _SPREAD) / (_VI_TO_EN * vi_length + _SPREAD))
    return ratio


@dataclass(frozen=True)
class _Cells:
    """Candidates by place in the grid: index along [A, n, B, m]."""

    a: Ints
    i: Ints
    b: Ints
    j: Ints

    @property
    def places(self) -> tuple[Ints, Ints, Ints, Ints]:
        return self.a, self.i, self.b, self.j

    def take(self, rows: Ints) -> _Cells:
        return _Cells(self.a[rows], self.i[rows], self.b[rows], self.j[rows])


class _Grid:
    """All similarities of a document pair by shape, and the features made from them."""

    def __init__(self, vi: Side, en: Side, words: Words) -> None:
        self.segments = len(vi) + len(en)
        self.vi, self.en = Runs(vi), Runs(en)
        self.valid = valid_cells(self.vi, self.en)
        self.cos = products(self.vi.vectors, self.en.vectors)
        self.own = products(self.vi.own_vectors, self.en.own_vectors)
        self.length = np.abs(_log_ratio(self.vi.lengths[:, :, None, None], self.en.lengths[None, None]))
        self.facts = Overlap(vi.facts, en.facts)
        self.names = Overlap(vi.names, en.names)
        self.covered_vi, self.covered_en = words.coverage.of_runs()
        self.lexical = words.lexical
        self.explained = ((self.lexical.vi + self.lexical.en) / 2).astype(np.float32)

    def best(self) -> _Cells:
        """The cells that become candidates."""
        return _Cells(*best_cells(np.where(self.valid, self.cos, np.float32(PADDING)), self.valid))

    def features(self, cells: _Cells) -> Floats:
        """One row a cell, float64 [cells, len(FEATURES)]."""
        similarity = self.cos[cells.places].astype(np.float64)
        return np.stack(
            [
                *self._similarity_features(similarity, self.cos, cells),
                *self._own_features(cells),
                *self._length_features(cells),
                *self._anchor_features(cells),
                *self._coverage_features(cells),
                *self._lexical_features(cells),
                *self._merge_features(similarity, cells),
                *self._size_features(similarity, cells),
            ],
            axis=1,
        )

    def _similarity_features(self, similarity: Floats, cos: Grid, cells: _Cells) -> list[Floats]:
        a, i, b, j = cells.places
        vi_mean, vi_best = rivals(cos[:, :, 0], (a, i), (b, j))
        en_mean, en_best = rivals(cos[0].transpose(1, 2, 0), (b, j), (a, i))
        margin_vi, margin_en = similarity - vi_mean, similarity - en_mean
        lead_vi, lead_en = similarity - vi_best, similarity - en_best
        least = np.minimum(lead_vi, lead_en)
        return [similarity, margin_vi, margin_en, lead_vi, lead_en, least, np.minimum(margin_vi, margin_en)]

    def _own_features(self, cells: _Cells) -> list[Floats]:
        """The same without what all segments of each document share."""
        similarity = self.own[cells.places].astype(np.float64)
        own, margin_vi, margin_en, _, _, lead_least, _ = self._similarity_features(similarity, self.own, cells)
        return [own, margin_vi, margin_en, lead_least]

    def _length_features(self, cells: _Cells) -> list[Floats]:
        a, i, b, j = cells.places
        ratio = _log_ratio(self.vi.lengths[a, i], self.en.lengths[b, j])
        return [ratio, np.abs(ratio), np.minimum(np.abs(ratio), 2) ** 2]

    def _anchor_features(self, cells: _Cells) -> list[Floats]:
        facts, names = (overlap.count(*cells.places) for overlap in (self.facts, self.names))
        # Caps: a fourth shared number proves no more than the third.
        return [*(np.minimum(count, 3) for count in facts), *(np.minimum(count, 4) for count in names)]

    def _coverage_features(self, cells: _Cells) -> list[Floats]:
        both = np.minimum(self.covered_vi, self.covered_en)
        return [*self._covered(cells), both[cells.places].astype(np.float64), *self._leads(both, cells)]

    def _lexical_features(self, cells: _Cells) -> list[Floats]:
        lexical = self.lexical
        vi, en = (table[cells.places].astype(np.float64) for table in (lexical.vi, lexical.en))
        totals = (table[cells.places].astype(np.float64) for table in (lexical.vi_sum, lexical.en_sum))
        sums = (np.clip(total, -_MOST_EXPLAINED, _MOST_EXPLAINED) for total in totals)
        mean = (vi + en) / 2
        return [vi, en, np.minimum(vi, en), *self._similarity_features(mean, self.explained, cells), *sums]

    def _leads(self, table: Grid, cells: _Cells) -> list[Floats]:
        """By how much each cell is above the best other one of its row, and of its column."""
        a, i, b, j = cells.places
        own = table[cells.places].astype(np.float64)
        valid = np.where(self.valid, table, np.float32(PADDING))
        rows, columns = two_best(valid), two_best(valid.transpose(0, 2, 3, 1))
        other_en = other_best(own, rows[0][a, i, b], rows[1][a, i, b])
        other_vi = other_best(own, columns[0][a, b, j], columns[1][a, b, j])
        return [own - np.maximum(other, _NO_OTHER) for other in (other_en, other_vi)]

    def _covered(self, cells: _Cells) -> list[Floats]:
        return [table[cells.places].astype(np.float64) for table in (self.covered_vi, self.covered_en)]

    def _merge_features(self, similarity: Floats, cells: _Cells) -> list[Floats]:
        """What a merge adds over its best part; all zero for 1-1."""
        merged = (cells.a > 0) | (cells.b > 0)
        both = (cells.a > 0) & (cells.b > 0)
        gapped = (cells.a == GAPPED) | (cells.b == GAPPED)
        extra = COUNT[cells.a] + COUNT[cells.b] - 2
        shape = [column.astype(np.float64) for column in (merged, extra, both, gapped)]
        rows = np.flatnonzero(merged)
        columns = np.zeros((_OF_MERGED, len(merged)))
        if len(rows):
            columns[:, rows] = self._of_merged(similarity[rows], cells.take(rows))
        return [*shape, *columns]

    def _of_merged(self, similarity: Floats, cells: _Cells) -> Floats:
        length = self.length[cells.places]
        parts = list(_parts(cells))
        tables = self.cos, self.covered_vi, self.covered_en, self.explained
        best = [_best_of(table, parts, len(similarity)) for table in tables]
        covered = self._covered(cells)
        return np.stack(
            [
                similarity - best[0],
                -_best_of(-self.length, parts, len(similarity)) - length,
                self._least_inner(cells),
                length,
                covered[0] - best[1],
                covered[1] - best[2],
                self._least_covered(cells),
                self.explained[cells.places] - best[3],
                *self._split(similarity, length, cells),
            ]
        )

    def _least_inner(self, cells: _Cells) -> Floats:
        """Similarity of the segment inside that has the worst best partner inside."""
        singles = self.cos[0, :, 0]
        vi = run_minima(run_maxima(singles.T).transpose(2, 0, 1))
        en = run_minima(run_maxima(singles).transpose(2, 0, 1)).transpose(2, 3, 0, 1)
        return _least(vi, en, cells)

    def _least_covered(self, cells: _Cells) -> Floats:
        """Coverage of the worst covered segment by the other side of the bead."""
        vi = run_minima(self.covered_vi[0])
        en = run_minima(self.covered_en[:, :, 0].transpose(2, 0, 1)).transpose(2, 3, 0, 1)
        return _least(vi, en, cells)

    def _split(self, similarity: Floats, length: Floats, cells: _Cells) -> list[Floats]:
        """What the whole has over the best way to cut it into two beads; zero where one side is a single segment."""
        best, picked = np.full(len(similarity), -np.inf), np.zeros(len(similarity))
        for p in range(1, GAPPED):
            for q in range(1, GAPPED):
                rows = np.flatnonzero((cells.a >= p) & (cells.b >= q))
                a, i, b, j = cells.take(rows).places
                left, right = (p - 1, i, q - 1, j), (a - p, i + p, b - q, j + q)
                cosine = np.minimum(self.cos[left], self.cos[right]).astype(np.float64)
                better = cosine > best[rows]
                lengths = (self.length[left] + self.length[right]) / 2
                best[rows] = np.where(better, cosine, best[rows])
                picked[rows] = np.where(better, lengths, picked[rows])
        cut = np.isfinite(best)
        return [np.where(cut, similarity - best, 0.0), np.where(cut, picked - length, 0.0)]

    def _size_features(self, similarity: Floats, cells: _Cells) -> list[Floats]:
        characters = np.clip(self.vi.lengths[cells.a, cells.i], 1, 300)
        log = np.log(characters)
        size = np.full(len(log), np.log(self.segments))
        return [log, similarity * log, (characters < 25).astype(np.float64), size]


def _least(one: Grid, other: Grid, cells: _Cells) -> Floats:
    return np.minimum(one[cells.places], other[cells.places]).astype(np.float64)


def _parts(cells: _Cells) -> Iterator[tuple[Ints, tuple[Ints, Ints, Ints, Ints]]]:
    """The candidates less their first or last segment of either side: row numbers, and the places of the parts."""
    for last in (False, True):
        rows = np.flatnonzero(cells.a > 0)
        a, i, b, j = cells.take(rows).places
        yield rows, (_LESS[a], i + (0 if last else _SECOND[a]), b, j)
        rows = np.flatnonzero(cells.b > 0)
        a, i, b, j = cells.take(rows).places
        yield rows, (a, i, _LESS[b], j + (0 if last else _SECOND[b]))


def _best_of(table: NDArray[Any], parts: Sequence[tuple[Ints, tuple[Ints, Ints, Ints, Ints]]], n: int) -> Floats:
    best = np.full(n, -np.inf)
    for rows, places in parts:
        best[rows] = np.maximum(best[rows], table[places])
    return best


def find(vi: Side, en: Side, words: Words) -> Candidates:
    """All candidate beads of a document pair, which must not be empty on either side."""
    grid = _Grid(vi, en, words)
    cells = grid.best()
    # A headline repeats the lead; it must not be glued to it, as a long segment that resembles one sentence.
    glued = (vi.headline & (cells.i == 0) & (cells.a > 0)) | (en.headline & (cells.j == 0) & (cells.b > 0))
    return _candidates(grid, cells.take(np.flatnonzero(~glued)))


def of_beads(vi: Side, en: Side, words: Words, beads: Sequence[Bead]) -> Candidates:
    """Given beads as candidates, in their order.

    Args:
        vi: Vietnamese segments.
        en: English segments.
        words: of the two.
        beads: no nulls; of runs that have a kind.
    """
    places = [(kind_of(bead.vi), bead.vi[0], kind_of(bead.en), bead.en[0]) for bead in beads]
    columns = np.array(places, dtype=np.intp).reshape(-1, 4).T
    return _candidates(_Grid(vi, en, words), _Cells(*columns))


def _candidates(grid: _Grid, cells: _Cells) -> Candidates:
    return Candidates(cells.i, cells.a, cells.j, cells.b, grid.features(cells))
