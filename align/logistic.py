"""Logistic regression in numpy: the one kind of model behind bead log-odds, document scores and quality.

Weights live in small readable JSON files under `align/weights/`, one named weight a feature, with a signature that
says on what they were fitted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

_MAX_LOG_ODDS: Final = 30.0  # beyond it exp() says nothing that float32 could hold
_MAX_STEPS: Final = 50


def sigmoid(log_odds: Floats) -> NDArray[np.float64]:
    """Probability of log-odds."""
    clipped = np.clip(log_odds, -_MAX_LOG_ODDS, _MAX_LOG_ODDS).astype(np.float64)
    probability: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-clipped))
    return probability


@dataclass(frozen=True)
class LogisticModel:
    """log-odds = bias + weights . features.

    Attributes:
        features: names, in the order of the columns.
        weights: one a feature, for raw (not standardized) values.
        bias: log-odds of a row of zeros.
        signature: what the weights were fitted on.
    """

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    signature: str = ""

    def log_odds(self, columns: Floats) -> NDArray[np.float64]:
        """Log-odds float64 [n] of feature rows [n, len(features)]."""
        result: NDArray[np.float64] = columns @ np.array(self.weights) + self.bias
        return result

    def to_json(self) -> str:
        """Readable JSON, a line a feature."""
        named = dict(zip(self.features, self.weights, strict=True))
        data = {"signature": self.signature, "bias": self.bias, "weights": named}
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> LogisticModel:
        """Inverse of `to_json`."""
        data = json.loads(text)
        names, weights = tuple(data["weights"]), tuple(data["weights"].values())
        return cls(names, weights, data["bias"], data["signature"])


def fit(
    rows: Floats, labels: Floats, features: Sequence[str], *, l2: float = 1e-6, signature: str = ""
) -> LogisticModel:
    """Fit by Newton's method on standardized features.

    Args:
        rows: [n, len(features)].
        labels: [n], 0 or 1.
        features: names of the columns.
        l2: ridge penalty per row, on standardized weights.
        signature: kept in the model.
    """
    mean, scale = rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64)
    scale[scale < 1e-9] = 1.0
    design = np.concatenate([(rows - mean) / scale, np.ones((len(rows), 1))], axis=1)
    weights = np.zeros(design.shape[1])
    ridge = np.full(design.shape[1], l2)
    for _ in range(_MAX_STEPS):
        probability = sigmoid(design @ weights)
        gradient = design.T @ (probability - labels) / len(rows) + ridge * weights
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design / len(rows)
        step = np.linalg.solve(curvature + np.diag(ridge + 1e-9), gradient)
        weights -= step
        if np.abs(step).max() < 1e-7:
            break
    raw = weights[:-1] / scale
    bias = float(weights[-1] - raw @ mean)
    return LogisticModel(tuple(features), tuple(_rounded(w) for w in raw), _rounded(bias), signature)


def _rounded(value: float) -> float:
    """Seven significant digits: readable, and equal on machines whose last bits differ."""
    return float(f"{value:.7g}")


@cache
def load(name: str) -> LogisticModel:
    """The shipped model `align/weights/NAME.json`."""
    return LogisticModel.from_json((resources.files("align.weights") / f"{name}.json").read_text("utf-8"))


def save(model: LogisticModel, path: Path) -> None:
    """Write a model as JSON."""
    path.write_text(model.to_json(), encoding="utf-8")
