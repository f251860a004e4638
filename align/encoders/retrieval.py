"""How well an encoder finds translations: precision at one by ratio margin, in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.types import Encoder, Vectors

NEIGHBORS: Final = 4  # k of the ratio margin, as in its paper
_ROWS: Final = 1024  # rows of similarities held at a time


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Share of segments whose best counterpart is the right one.

    Attributes:
        vi_to_en, en_to_vi: by margin.
        pairs: number of pairs.
    """

    vi_to_en: float
    en_to_vi: float
    pairs: int


def test(encoder: Encoder, vi: Sequence[str], en: Sequence[str]) -> Retrieval:
    """Find each segment's counterpart among all segments of the other side.

    Raises:
        ValueError: the sides differ in length.
    """
    if len(vi) != len(en):
        raise ValueError(f"{len(vi)} Vietnamese and {len(en)} English segments; a test needs pairs")
    forth, back = precision_at_1(encoder.encode(vi), encoder.encode(en))
    return Retrieval(forth, back, len(vi))


def precision_at_1(vi: Vectors, en: Vectors) -> tuple[float, float]:
    """Precision of nearest neighbors by ratio margin (Artetxe and Schwenk 2019), both ways.

    Args:
        vi: float32 [n, dim], unit rows.
        en: float32 [n, dim], row i translates row i of `vi`.

    Returns:
        Vietnamese to English, English to Vietnamese; 0 where there is no pair. A tie with the right one is an error.
    """
    if not len(vi):
        return 0.0, 0.0
    vi_mean, en_mean = _neighbor_means(vi, en), _neighbor_means(en, vi)
    return _share_right(vi, en, vi_mean, en_mean), _share_right(en, vi, en_mean, vi_mean)


def _neighbor_means(rows: Vectors, others: Vectors) -> NDArray[np.float32]:
    k = min(NEIGHBORS, len(others))
    means = [
        np.partition(rows[at : at + _ROWS] @ others.T, len(others) - k, axis=1)[:, -k:].mean(axis=1)
        for at in range(0, len(rows), _ROWS)
    ]
    return np.concatenate(means)


def _share_right(
    rows: Vectors, others: Vectors, row_mean: NDArray[np.float32], other_mean: NDArray[np.float32]
) -> float:
    right = 0
    for at in range(0, len(rows), _ROWS):
        similarity = rows[at : at + _ROWS] @ others.T
        margin = 2 * similarity / np.maximum(row_mean[at : at + _ROWS, None] + other_mean[None, :], 1e-6)
        own = np.arange(len(margin))
        best = margin[own, at + own].copy()
        margin[own, at + own] = -np.inf
        right += int((best > margin.max(axis=1)).sum())
    return right / len(rows)
