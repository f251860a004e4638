"""Fit boosted trees with scikit-learn and turn them into the project's own form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from align.boosting import Floats, Tree, TreeEnsemble

_DEPTH: Final = 4
_NOWHERE: Final = 1e300  # a threshold that all values stay under


def fit(rows: Floats, labels: Floats, features: Sequence[str], signature: str) -> TreeEnsemble:
    """Fit a few hundred small trees; deterministic for one version of scikit-learn."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=150,
        learning_rate=0.1,
        max_depth=_DEPTH,
        max_leaf_nodes=2**_DEPTH,
        min_samples_leaf=60,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )
    model.fit(rows, labels)
    trees = [_tree(step[0].nodes) for step in model._predictors]  # noqa: SLF001 - sklearn has no public access
    return TreeEnsemble(features, _rounded(model._baseline_prediction.item()), trees, signature)  # noqa: SLF001


def _tree(nodes: Any) -> Tree:
    """The tree with every leaf above the last level grown down to it: all its descendants say the same."""
    level, feature, threshold = [0], [], []
    for _ in range(_DEPTH):
        following = []
        for node in level:
            leaf = bool(nodes["is_leaf"][node])
            feature.append(0 if leaf else int(nodes["feature_idx"][node]))
            threshold.append(_NOWHERE if leaf else float(f"{nodes['num_threshold'][node]:.9g}"))
            following += [node, node] if leaf else [int(nodes["left"][node]), int(nodes["right"][node])]
        level = following
    return Tree(tuple(feature), tuple(threshold), tuple(_rounded(nodes["value"][node]) for node in level))


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")
