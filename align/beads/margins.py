"""Similarity and margin of beads, as the corpus shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from align.beads.runs import Floats
from align.beads.side import Side
from align.types import Bead, Vectors

_NEIGHBORS: Final = 4  # k of the ratio margin, as in its paper


def ratio_margins(vi: Side, en: Side, links: Sequence[Bead]) -> Floats:
    """Ratio margin of each bead (Artetxe and Schwenk 2019): its cosine over the mean cosine of its neighbors.

    The pool is the pair itself: the four nearest segments of the other document, for either side of the bead.

    Returns:
        float64 [beads, 2]: cosine and margin.
    """
    rows = []
    for bead in links:
        left, right = run_vector(vi, bead.vi), run_vector(en, bead.en)
        around = np.concatenate([_nearest(en.vectors @ left), _nearest(vi.vectors @ right)])
        cosine = float(left @ right)
        rows.append((cosine, cosine / max(float(around.mean()), 1e-3)))
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def run_vector(side: Side, segments: Sequence[int]) -> Vectors:
    """Vector of some segments together: length-weighted sum, unit length."""
    index = list(segments)
    total: Vectors = (side.vectors[index] * side.lengths[index, None].astype(np.float32)).sum(axis=0)
    return total / np.float32(max(float(np.linalg.norm(total)), 1e-9))


def _nearest(similarity: Vectors) -> Vectors:
    return np.partition(similarity, -min(_NEIGHBORS, len(similarity)))[-_NEIGHBORS:]
