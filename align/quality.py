"""Quality of a bead: the calibrated probability that it is right, fitted on held-out development documents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from align import logistic
from align.beads import candidates, context
from align.beads.alignment import Alignment
from align.beads.posterior import log_odds_of
from align.logistic import Floats, LogisticModel

_FROM_FEATURES: Final = (
    "similarity",
    "lead_least",
    "margin_least",
    "own_similarity",
    "own_lead_least",
    "length_abs",
    "facts_shared",
    "facts_vi_only",
    "facts_en_only",
    "names_vi_only",
    "names_en_only",
    "merged",
    "covered_vi",
    "covered_en",
    "covered_least",
    "covered_lead_vi",
    "covered_lead_en",
    "merge_gain",
    "log_characters",
)
_FROM_CONTEXT: Final = ("first", "lead", "share", "continuity")

FEATURES: Final = ("log_odds", "posterior_log_odds", *_FROM_FEATURES, *_FROM_CONTEXT)


@cache
def shipped_model() -> LogisticModel:
    """The model fitted by `scripts/fit_aligner.py`."""
    return logistic.load("quality")


def features(alignment: Alignment) -> Floats:
    """Rows float64 [non-null beads, len(FEATURES)]."""
    log_odds = np.array([bead.log_odds for bead in alignment.links], dtype=np.float64)
    lookups: Sequence[tuple[Floats, tuple[str, ...], tuple[str, ...]]] = (
        (alignment.features, candidates.FEATURES, _FROM_FEATURES),
        (alignment.context, context.FEATURES, _FROM_CONTEXT),
    )
    columns = [table[:, names.index(name)] for table, names, wanted in lookups for name in wanted]
    posterior = log_odds_of(alignment.posteriors)
    return np.stack([np.clip(log_odds, -8, 8), np.clip(posterior, -8, 8), *columns], axis=1)


def score(alignment: Alignment, model: LogisticModel | None = None) -> Floats:
    """Quality in [0, 1] of each non-null bead, float64 [beads]."""
    return logistic.sigmoid((model or shipped_model()).log_odds(features(alignment)))
