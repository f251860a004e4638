"""How well the pieces of a run are explained by those of a run on the other side: log-likelihood ratios of Model 1.

For each piece: the logarithm of how likely the other run makes it, over how common it is anyway. The mean over a run's
pieces says what part of it is translated; it tells true candidates from near ones where cosines no longer can.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.beads.runs import Grid, products, run_sums
from align.beads.side import Side
from align.encoders.translations import Direction, Ints, Translations

_BACKGROUND: Final = 0.02  # share of pieces that come from nowhere in particular
_WORST: Final = -3.0  # one strange piece proves little
_BEST: Final = 8.0  # nor does a rare one that fits


class Lexical:
    """Log-likelihood ratios of all pairs of runs, in both directions.

    Attributes:
        vi, en: mean over the pieces of the Vietnamese (English) run given the other one, float32 [A, n, B, m].
        vi_sum, en_sum: sums instead of means.
    """

    def __init__(self, vi: Side, en: Side, translations: Translations) -> None:
        """Look up all pieces of either side in those of the other."""
        vi_pieces, en_pieces = _pieces(vi, translations.empty), _pieces(en, translations.empty)
        self.en, self.en_sum = _ratios(vi_pieces, en_pieces, translations.to_en)
        vi_mean, vi_sum = _ratios(en_pieces, vi_pieces, translations.to_vi)
        self.vi, self.vi_sum = vi_mean.transpose(2, 3, 0, 1), vi_sum.transpose(2, 3, 0, 1)


_Pieces = tuple[Ints, NDArray[np.float32]]  # distinct pieces, and which segment has which: [segments, distinct]


def _pieces(side: Side, n_pieces: int) -> _Pieces:
    segment = np.repeat(np.arange(len(side)), np.diff(side.offsets))
    is_piece = side.tokens < n_pieces
    distinct, number = np.unique(side.tokens[is_piece], return_inverse=True)
    table = np.zeros((len(side), len(distinct)), dtype=np.float32)
    table[segment[is_piece], number] = 1
    return distinct.astype(np.int64), table


def _ratios(given: _Pieces, explained: _Pieces, direction: Direction) -> tuple[Grid, Grid]:
    """Means and sums [given kinds, given segments, explained kinds, explained segments]."""
    pieces, where = explained
    chance = direction.dense(np.append(given[0], len(direction.unigram)), pieces)
    by_run = run_sums(given[1] @ chance[:-1]) + chance[-1]
    size = run_sums(given[1].sum(axis=1)) + 1
    common = direction.unigram[pieces]
    ratio = np.log((by_run / size[..., None] + _BACKGROUND * common) / ((1 + _BACKGROUND) * common))
    runs = run_sums(where)
    total = products(np.clip(ratio, _WORST, _BEST).astype(np.float32), runs)
    return total / np.maximum(runs.sum(axis=2), 1), total
