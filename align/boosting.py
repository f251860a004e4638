"""Gradient-boosted trees (Friedman 2001), applied in numpy: log-odds = base + the sum of one leaf a tree.

Fitted by scikit-learn in `scripts/` (an extra of development); shipped as JSON, so that nothing of it is needed here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Tree:
    """A tree in columns, one entry a node; node 0 is the root.

    Attributes:
        feature: column that an inner node looks at; -1 at a leaf.
        threshold: values up to it go left.
        left, right: children of an inner node; a leaf is its own child.
        value: log-odds of a leaf; 0 at an inner node.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]


class TreeEnsemble:
    """The sum of trees over named features."""

    def __init__(self, features: Sequence[str], base: float, trees: Sequence[Tree], signature: str = "") -> None:
        """Lay the trees out for evaluation.

        Args:
            features: names, in the order of the columns.
            base: log-odds before any tree.
            trees: at least one.
            signature: what the trees were fitted on.
        """
        self.features, self.base, self.trees, self.signature = tuple(features), base, tuple(trees), signature
        starts = np.cumsum([0, *(len(tree.feature) for tree in self.trees)])
        self._roots = starts[:-1]
        offsets = np.repeat(self._roots, np.diff(starts))
        self._feature = np.maximum(np.concatenate([tree.feature for tree in self.trees]), 0)
        self._threshold = np.concatenate([tree.threshold for tree in self.trees])
        self._left = np.concatenate([tree.left for tree in self.trees]) + offsets
        self._right = np.concatenate([tree.right for tree in self.trees]) + offsets
        self._value = np.concatenate([tree.value for tree in self.trees])
        self._depth = max(map(_depth, self.trees))

    def log_odds(self, rows: Floats) -> NDArray[np.float64]:
        """Log-odds float64 [n] of feature rows [n, len(features)]."""
        node = np.broadcast_to(self._roots, (len(rows), len(self._roots)))
        row = np.arange(len(rows))[:, None]
        for _ in range(self._depth):
            goes_left = rows[row, self._feature[node]] <= self._threshold[node]
            node = np.where(goes_left, self._left[node], self._right[node])
        total: NDArray[np.float64] = self._value[node].sum(axis=1) + self.base
        return total

    def to_json(self) -> str:
        """JSON, a line a tree."""
        trees = [
            json.dumps([tree.feature, tree.threshold, tree.left, tree.right, tree.value], separators=(",", ":"))
            for tree in self.trees
        ]
        head = json.dumps({"signature": self.signature, "features": self.features, "base": self.base}, indent=1)
        return head[:-2] + ',\n "trees": [\n' + ",\n".join(trees) + "\n]}\n"

    @classmethod
    def from_json(cls, text: str) -> TreeEnsemble:
        """Inverse of `to_json`."""
        data = json.loads(text)
        trees = [Tree(*map(tuple, columns)) for columns in data["trees"]]
        return cls(data["features"], data["base"], trees, data["signature"])


def _depth(tree: Tree) -> int:
    """Steps from the root to the deepest leaf; children stand after their parents."""
    depth = [0] * len(tree.feature)
    for node, feature in enumerate(tree.feature):
        if feature >= 0:
            for child in (tree.left[node], tree.right[node]):
                depth[child] = depth[node] + 1
    return max(depth)


@cache
def load(name: str) -> TreeEnsemble:
    """The shipped model `align/weights/NAME.json`."""
    return TreeEnsemble.from_json((resources.files("align.weights") / f"{name}.json").read_text("utf-8"))


def save(model: TreeEnsemble, path: Path) -> None:
    """Write a model as JSON."""
    path.write_text(model.to_json(), encoding="utf-8")
