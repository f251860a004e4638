"""Exact alignment of a document pair of news length: candidates, three looks at each, chains.

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
from align.beads import context as later_look
from align.beads import covers
from align.beads.alignment import Alignment, tiled
from align.beads.candidates import Candidates
from align.beads.posterior import log_odds_of, posteriors
from align.beads.runs import KINDS, Floats
from align.beads.search import select
from align.beads.side import Side
from align.beads.words import Lexicon, Words
from align.types import Bead

# Log-odds of the first look below which no candidate gets a second: keeps 99.2% of the gold beads of the development
# set and 2% of the candidates.
_HOPELESS: Final = -7.0

LAST_FEATURES: Final = (*later_look.FEATURES, "posterior", "posterior_log_odds")


@dataclass(frozen=True)
class BeadModels:
    """Log-odds of a candidate at first look, and then twice in the company of its neighbors; and of summaries.

    Without a model of summaries none are looked for.
    """

    first: logistic.LogisticModel
    second: boosting.TreeEnsemble
    third: boosting.TreeEnsemble
    covers: logistic.LogisticModel | None = None


@cache
def shipped_models() -> BeadModels:
    """The models fitted by `scripts/fit_aligner.py` and `scripts/fit_covers.py`."""
    return BeadModels(
        logistic.load("beads_first"),
        boosting.load("beads_second"),
        boosting.load("beads_third"),
        logistic.load("covers"),
    )


def promising(vi: Side, en: Side, first: logistic.LogisticModel, words: Words) -> tuple[Candidates, Floats]:
    """Candidates worth a second look, and their log-odds at first look."""
    found = first_look.find(vi, en, words)
    log_odds = first.log_odds(found.features)
    rows = np.flatnonzero(log_odds > _HOPELESS)
    return found.take(rows), log_odds[rows]


def last_features(worth: Candidates, second: Floats, n: int, m: int) -> Floats:
    """Features of the third look, float64 [len(worth), len(LAST_FEATURES)].

    Args:
        worth: candidates worth a second look.
        second: log-odds of that look.
        n: Vietnamese segments.
        m: English segments.
    """
    shares = posteriors(worth, second, n, m)
    context = later_look.features(worth, second, n, m)
    return np.concatenate([context, shares[:, None], log_odds_of(shares)[:, None]], axis=1)


def align(vi: Side, en: Side, lexicon: Lexicon, models: BeadModels | None = None) -> Alignment:
    """Align all segments with all; moved blocks are found wherever they went.

    Args:
        vi: Vietnamese segments; may be empty.
        en: English segments; may be empty.
        lexicon: the embedded encoder, for its words.
        models: the shipped ones if None.
    """
    n, m = len(vi), len(en)
    if not (n and m):
        none = np.zeros((0, len(first_look.FEATURES))), np.zeros((0, len(later_look.FEATURES))), np.zeros(0)
        return Alignment(tiled([], n, m), *none)
    models = models or shipped_models()
    words = Words.of(vi, en, lexicon)
    worth, first = promising(vi, en, models.first, words)
    second = models.second.log_odds(later_look.features(worth, first, n, m))
    last = last_features(worth, second, n, m)
    log_odds = models.third.log_odds(last)
    rows = select(worth, log_odds)
    beads = tiled([worth.bead(row, float(log_odds[row])) for row in rows], n, m)
    context = last[rows, : len(later_look.FEATURES)]
    shares = posteriors(worth, log_odds, n, m)[rows]
    summaries = covers.find(vi, en, words.coverage, beads, models.covers) if models.covers else ()
    return Alignment(beads, worth.features[rows], context, shares, summaries)


def seen_alone(vi: Side, en: Side, lexicon: Lexicon, links: Sequence[Bead]) -> Floats:
    """Log-odds of beads that another aligner found, by the first look: float64 [links].

    Beads too large for it, and those of segments that are no neighbors, count as hopeless.
    """
    log_odds = np.full(len(links), _HOPELESS)
    rows = [row for row, bead in enumerate(links) if _is_candidate(bead)]
    if rows:
        found = first_look.of_beads(vi, en, Words.of(vi, en, lexicon), [links[row] for row in rows])
        log_odds[rows] = shipped_models().first.log_odds(found.features)
    return log_odds


def _is_candidate(bead: Bead) -> bool:
    return all(tuple(k - side[0] for k in side) in KINDS for side in (bead.vi, bead.en))
