"""What the decisions of reviewers say of the quality scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from align import logistic
from align.errors import InputError
from align.report.records import BANDS, band
from align.review.desk import BOUND, Desk

_FEWEST: Final = 20  # decisions; below that a fit says nothing
_EDGE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class BandChange:
    """Units of one class of quality that were decided on: mean quality before and after, and the share accepted."""

    low: float
    units: int
    accepted: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Recalibration:
    """Quality fitted anew to decisions: `odds` and `shift` turn old log-odds into new ones.

    `before` and `after` are mean squared errors of quality against the decisions (Brier 1950).
    """

    odds: float
    shift: float
    before: float
    after: float
    bands: tuple[BandChange, ...]


def recalibrate(desk: Desk) -> Recalibration:
    """Fit quality to the decisions (Platt scaling: a logistic regression on its log-odds).

    An edited unit counts as accepted: it was the right pair. A unit that a reviewer's own replaced counts as rejected.

    Raises:
        InputError: too few decisions, or all of one kind.
    """
    decided = [(item.quality, desk.state(key)) for key, item in desk.items.items() if item.fate != BOUND]
    rows = [(quality, float(state in {"accept", "edit", "bind"})) for quality, state in decided if state]
    labels = np.array([label for _, label in rows])
    if len(rows) < _FEWEST or labels.min() == labels.max():
        right = int(labels.sum()) if rows else 0
        found = f"{len(rows)} decisions, {right} of them accepted"
        raise InputError(f"{desk.folder}: {found}; expected at least {_FEWEST} with both kinds among them: review more")
    old = np.array([quality for quality, _ in rows])
    clipped = np.clip(old, _EDGE, 1 - _EDGE)
    model = logistic.fit(np.log(clipped / (1 - clipped))[:, None], labels, ["log_odds"], l2=1e-3)
    new = logistic.sigmoid(model.log_odds(np.log(clipped / (1 - clipped))[:, None]))
    classes = np.array([band(quality) for quality in old])
    bands = []
    for name, low in BANDS:
        here = classes == name
        if here.any():
            means = (float(values[here].mean()) for values in (labels, old, new))
            bands.append(BandChange(low, int(here.sum()), *means))
    before, after = (float(((values - labels) ** 2).mean()) for values in (old, new))
    return Recalibration(model.weights[0], model.bias, before, after, tuple(bands))
