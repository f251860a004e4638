"""Fit boosted trees with scikit-learn and turn them into the project's own form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from align.boosting import Floats, Tree, TreeEnsemble


def fit(rows: Floats, labels: Floats, features: Sequence[str], signature: str) -> TreeEnsemble:
    """Fit a few hundred small trees; deterministic for one version of scikit-learn."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=300,
        learning_rate=0.06,
        max_leaf_nodes=8,
        min_samples_leaf=60,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )
    model.fit(rows, labels)
    trees = [_tree(step[0].nodes) for step in model._predictors]  # noqa: SLF001 - sklearn has no public access
    return TreeEnsemble(features, _rounded(model._baseline_prediction.item()), trees, signature)  # noqa: SLF001


def _tree(nodes: Any) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    own = np.arange(len(nodes))
    return Tree(
        tuple(int(f) for f in np.where(leaf, -1, nodes["feature_idx"].astype(int))),
        tuple(float(f"{t:.9g}") for t in np.where(leaf, 0.0, nodes["num_threshold"])),
        tuple(int(k) for k in np.where(leaf, own, nodes["left"])),
        tuple(int(k) for k in np.where(leaf, own, nodes["right"])),
        tuple(_rounded(v) for v in np.where(leaf, nodes["value"], 0.0)),
    )


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")
