"""Long documents cut into windows that are aligned exactly: time grows with length, not with its square.

Anchors are mutual nearest neighbors with a clear margin; the heaviest chain of them that runs forward in both texts is
the backbone, and windows end between two anchors that follow each other. Similarities are computed block by block and
forgotten. Blocks that were moved out of order are looked for among what the backbone's windows left alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.beads.alignment import Alignment
from align.beads.runs import Floats
from align.types import Vectors

_BLOCK_CELLS: Final = 4_000_000  # similarities held at a time: 16 MB
_NEIGHBORS: Final = 4
_CLEAR: Final = 1.15  # ratio margin of an anchor; mutual neighbors of unrelated texts rarely reach it
_SIZE: Final = 120  # segments of a window on its longer side, where the anchors allow it
_MOST: Final = 480  # segments of a window on either side; above it an anchorless stretch is cut by proportion
_COMPANY: Final = 12  # rows within which another anchor must run along for a cut to be safe
_SLACK: Final = 4  # by how many segments that anchor may be off the diagonal of the first


@dataclass(frozen=True)
class Window:
    """vi[i : i_stop] with en[j : j_stop]."""

    i: int
    i_stop: int
    j: int
    j_stop: int


@dataclass(frozen=True)
class Anchors:
    """Mutual nearest neighbors in order of the Vietnamese segments.

    Attributes:
        i, j: int64 [n].
        margins: ratio margins, float64 [n].
    """

    i: NDArray[np.int64]
    j: NDArray[np.int64]
    margins: Floats

    def take(self, rows: NDArray[np.intp]) -> Anchors:
        """Some of them."""
        return Anchors(self.i[rows], self.j[rows], self.margins[rows])


def anchors(vi: Vectors, en: Vectors) -> Anchors:
    """Mutual nearest neighbors with a clear ratio margin.

    Args:
        vi: float32 [n, dim], unit rows.
        en: float32 [m, dim], unit rows.
    """
    near_en, vi_best, vi_mean = _nearest(vi, en)
    near_vi, _, en_mean = _nearest(en, vi)
    i = np.flatnonzero(near_vi[near_en] == np.arange(len(vi)))
    j = near_en[i]
    margins = vi_best[i] / np.maximum((vi_mean[i] + en_mean[j]) / 2, 1e-3)
    return Anchors(i, j, margins).take(np.flatnonzero(margins > _CLEAR))


def _nearest(rows: Vectors, columns: Vectors) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Nearest column of each row, its similarity, and the mean similarity of the nearest few."""
    nearest = np.zeros(len(rows), dtype=np.int64)
    best, mean = np.zeros(len(rows)), np.zeros(len(rows))
    k = min(_NEIGHBORS, len(columns))
    size = max(_BLOCK_CELLS // len(columns), 1)
    for start in range(0, len(rows), size):
        similarity = rows[start : start + size] @ columns.T
        block = slice(start, start + len(similarity))
        nearest[block] = similarity.argmax(axis=1)
        best[block] = similarity.max(axis=1)
        mean[block] = np.partition(similarity, -k, axis=1)[:, -k:].mean(axis=1, dtype=np.float64)
    return nearest, best, mean


def backbone(found: Anchors) -> Anchors:
    """The forward chain of anchors with the largest sum of margins above 1, in O(n log n)."""
    ends: list[int] = []  # a Pareto front: columns rising, totals rising
    totals: list[float] = []
    owners: list[int] = []
    previous = [-1] * len(found.i)
    for number, (j, margin) in enumerate(zip(found.j.tolist(), found.margins.tolist(), strict=True)):
        at = bisect_left(ends, j)
        total = margin - 1.0 + (totals[at - 1] if at else 0.0)
        previous[number] = owners[at - 1] if at else -1
        stop = at
        while stop < len(ends) and totals[stop] <= total:
            stop += 1
        if stop > at or at == len(ends) or ends[at] > j:
            ends[at:stop], totals[at:stop], owners[at:stop] = [j], [total], [number]
    chain = []
    number = owners[-1] if owners else -1
    while number >= 0:
        chain.append(number)
        number = previous[number]
    return found.take(np.array(chain[::-1], dtype=np.intp))


def cut(chain: Anchors, n: int, m: int) -> Iterator[Window]:
    """Windows that tile both documents, cut where two anchors of the backbone follow each other."""
    i = j = 0
    for i_stop, j_stop in [*_cuts(chain), (n, m)]:
        last = i_stop == n and j_stop == m
        if last or max(i_stop - i, j_stop - j) >= _SIZE:
            yield from _bounded(Window(i, i_stop, j, j_stop))
            i, j = i_stop, j_stop


def _cuts(chain: Anchors) -> list[tuple[int, int]]:
    """Lattice points between neighboring anchors that others accompany."""
    offset = chain.j - chain.i
    points = []
    for k in range(len(chain.i) - 1):
        if chain.i[k + 1] - chain.i[k] == 1 and chain.j[k + 1] - chain.j[k] == 1:
            around = slice(
                np.searchsorted(chain.i, chain.i[k] - _COMPANY), np.searchsorted(chain.i, chain.i[k] + _COMPANY)
            )
            if (np.abs(offset[around] - offset[k]) <= _SLACK).sum() >= 3:
                points.append((int(chain.i[k]) + 1, int(chain.j[k]) + 1))
    return points


def _bounded(window: Window) -> Iterator[Window]:
    """The window, cut by proportion where it is too large to be aligned exactly: no anchor tells a better place."""
    rows, columns = window.i_stop - window.i, window.j_stop - window.j
    pieces = -(-max(rows, columns) // _MOST)
    for k in range(pieces):
        yield Window(
            window.i + rows * k // pieces,
            window.i + rows * (k + 1) // pieces,
            window.j + columns * k // pieces,
            window.j + columns * (k + 1) // pieces,
        )


def moved_blocks(found: Anchors, alignment: Alignment, n: int, m: int) -> list[Window]:
    """Stretches of null segments on both sides that two or more anchors tie together, disjoint on either side."""
    vi_run, en_run = (
        _null_runs({k for bead in alignment.links for k in bead.vi}, n),
        _null_runs({k for bead in alignment.links for k in bead.en}, m),
    )
    votes: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i, j in zip(found.i.tolist(), found.j.tolist(), strict=True):
        if i in vi_run and j in en_run:
            votes.setdefault((vi_run[i][0], en_run[j][0]), []).append((i, j))
    windows: list[Window] = []
    used: set[tuple[str, int]] = set()
    for (vi_start, en_start), pairs in sorted(votes.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(pairs) < 2 or ("vi", vi_start) in used or ("en", en_start) in used:
            continue
        used |= {("vi", vi_start), ("en", en_start)}
        windows.append(_trimmed(pairs, vi_run[vi_start], en_run[en_start]))
    return windows


def _trimmed(pairs: Sequence[tuple[int, int]], vi_run: tuple[int, int], en_run: tuple[int, int]) -> Window:
    """The part of two null runs around the anchors between them."""
    rows, columns = [i for i, _ in pairs], [j for _, j in pairs]
    i, j = max(vi_run[0], min(rows) - _COMPANY), max(en_run[0], min(columns) - _COMPANY)
    return Window(
        i,
        min(vi_run[1], max(rows) + _COMPANY + 1, i + _MOST),
        j,
        min(en_run[1], max(columns) + _COMPANY + 1, j + _MOST),
    )


def _null_runs(aligned: set[int], n: int) -> dict[int, tuple[int, int]]:
    """For each segment that stands alone the stretch of such segments around it."""
    runs: dict[int, tuple[int, int]] = {}
    start = 0
    for k in range(n + 1):
        if k == n or k in aligned:
            runs.update(dict.fromkeys(range(start, k), (start, k)))
            start = k + 1
    return runs
