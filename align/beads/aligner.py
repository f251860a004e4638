"""Sentence alignment of one document pair: candidates, three looks at each, chains.

The first look sees a candidate alone. The second sees what the first said of its neighbors and rivals, the third what
the second said: likely beads hold each other up, as in stacked sequential learning (Cohen and Carvalho 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from align import boosting, logistic
from align.beads import candidates as first_look
from align.beads import context as second_look
from align.beads.candidates import Candidates
from align.beads.coverage import Lexicon
from align.beads.runs import Floats
from align.beads.search import select
from align.beads.side import Side
from align.errors import InputError
from align.types import Bead, Vectors

# Log-odds of the first look below which no candidate gets a second: keeps 99.2% of the gold beads of the development
# set and 2% of the candidates.
_HOPELESS: Final = -7.0
_NEIGHBORS: Final = 4  # k of the ratio margin, as in its paper
MAX_CELLS: Final = 25_000_000  # 5,000 x 5,000 segments: above it the grid of similarities would not fit a laptop


@dataclass(frozen=True)
class BeadModels:
    """Log-odds of a candidate at first look, and then twice in the company of its neighbors."""

    first: logistic.LogisticModel
    second: boosting.TreeEnsemble
    third: boosting.TreeEnsemble


@dataclass(frozen=True)
class Alignment:
    """Beads that tile both documents once, and what is known of those that are no nulls.

    Attributes:
        beads: non-null beads in Vietnamese order, then null beads of either side in order.
        features: float64 [non-null beads, len(candidates.FEATURES)].
        context: float64 [non-null beads, len(context.FEATURES)].
    """

    beads: tuple[Bead, ...]
    features: Floats
    context: Floats

    @property
    def links(self) -> tuple[Bead, ...]:
        """The beads that are no nulls, one a row of `features`."""
        return self.beads[: len(self.features)]


@cache
def shipped_models() -> BeadModels:
    """The models fitted by `scripts/fit_aligner.py`."""
    return BeadModels(logistic.load("beads_first"), boosting.load("beads_second"), boosting.load("beads_third"))


def promising(vi: Side, en: Side, first: logistic.LogisticModel, lexicon: Lexicon) -> tuple[Candidates, Floats]:
    """Candidates worth a second look, and their log-odds at first look."""
    found = first_look.find(vi, en, lexicon)
    log_odds = first.log_odds(found.features)
    rows = np.flatnonzero(log_odds > _HOPELESS)
    return found.take(rows), log_odds[rows]


def align(vi: Side, en: Side, lexicon: Lexicon, models: BeadModels | None = None) -> Alignment:
    """Align the segments of two documents.

    Args:
        vi: Vietnamese segments; may be empty.
        en: English segments; may be empty.
        lexicon: the embedded encoder, for word coverage.
        models: the shipped ones if None.

    Raises:
        InputError: the documents are too long for an exact search.
    """
    if len(vi) * len(en) > MAX_CELLS:
        message = (
            f"{len(vi):,} x {len(en):,} segments: more than {MAX_CELLS:,} cells cannot be aligned in one piece; "
            "cut the documents into chapters"
        )
        raise InputError(message)
    models = models or shipped_models()
    worth, first = promising(vi, en, models.first, lexicon)
    context = second_look.features(worth, first, len(vi), len(en))
    context = second_look.features(worth, models.second.log_odds(context), len(vi), len(en))
    log_odds = models.third.log_odds(context)
    rows = select(worth, log_odds)
    links = [_bead(worth, row, float(log_odds[row])) for row in rows]
    return Alignment((*links, *_nulls(links, len(vi), len(en))), worth.features[rows], context[rows])


def _bead(found: Candidates, row: int, log_odds: float) -> Bead:
    i, j = int(found.i[row]), int(found.j[row])
    vi, en = range(i, i + int(found.a[row])), range(j, j + int(found.b[row]))
    return Bead(tuple(vi), tuple(en), log_odds)


def _nulls(links: list[Bead], n: int, m: int) -> list[Bead]:
    vi = {segment for bead in links for segment in bead.vi}
    en = {segment for bead in links for segment in bead.en}
    nulls = [Bead((segment,), ()) for segment in range(n) if segment not in vi]
    return nulls + [Bead((), (segment,)) for segment in range(m) if segment not in en]


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
    return np.sort(similarity)[-_NEIGHBORS:]
