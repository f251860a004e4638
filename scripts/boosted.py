"""Fit boosted trees with scikit-learn and turn them into the project's own form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from align.boosting import Floats, Tree, TreeEnsemble

_DEPTH: Final = 4
_NOWHERE: Final = 1e300  # a threshold that all values stay under


def fit(  # noqa: PLR0913 - settings of one fit, each with its default
    rows: Floats,
    labels: Floats,
    features: Sequence[str],
    signature: str,
    *,
    weights: Floats | None = None,
    trees: int = 300,
    rate: float = 0.05,
    least: int = 60,
    share: float = 0.3,
) -> TreeEnsemble:
    """Fit a few hundred small trees; deterministic for one version of scikit-learn.

    Args:
        rows: float64 [n, len(features)].
        labels: 0 or 1 of each row.
        features: names of the columns.
        signature: what the trees are fitted on.
        weights: of the rows, all the same if None.
        trees: how many.
        rate: how much of each tree is added.
        least: rows in a leaf.
        share: of the features, drawn anew for each split; fewer than all make trees that err apart (Ho 1998).
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=rate,
        max_depth=_DEPTH,
        max_leaf_nodes=2**_DEPTH,
        min_samples_leaf=least,
        l2_regularization=1.0,
        early_stopping=False,
        max_features=share,
        random_state=0,
    )
    model.fit(rows, labels, sample_weight=weights)
    fitted = [_tree(step[0].nodes) for step in model._predictors]  # noqa: SLF001 - sklearn has no public access
    return TreeEnsemble(features, _rounded(model._baseline_prediction.item()), fitted, signature)  # noqa: SLF001


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
