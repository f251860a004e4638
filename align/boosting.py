"""Gradient-boosted trees (Friedman 2001), applied in numpy: log-odds = base + the sum of one leaf a tree.

All trees are complete binary trees of one depth, so that a level is one lookup for all rows and trees at once. Fitted
by scikit-learn in `scripts/` (an extra of development); shipped as JSON, so that nothing of it is needed here.
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
    """A complete binary tree in level order: the children of node k are 2k + 1 and 2k + 2.

    Attributes:
        feature: column that each inner node looks at, 2^depth - 1 of them.
        threshold: values up to it go left.
        value: log-odds of the 2^depth leaves, from left to right.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    value: tuple[float, ...]


class TreeEnsemble:
    """The sum of trees over named features."""

    def __init__(self, features: Sequence[str], base: float, trees: Sequence[Tree], signature: str = "") -> None:
        """Lay the trees out level by level.

        Args:
            features: names, in the order of the columns.
            base: log-odds before any tree.
            trees: at least one, all of one depth.
            signature: what the trees were fitted on.
        """
        self.features, self.base, self.trees, self.signature = tuple(features), base, tuple(trees), signature
        depth = len(self.trees[0].value).bit_length() - 1
        feature = np.array([tree.feature for tree in self.trees])
        threshold = np.array([tree.threshold for tree in self.trees])
        levels = [slice(2**level - 1, 2 ** (level + 1) - 1) for level in range(depth)]
        self._feature = [np.ascontiguousarray(feature[:, level]).ravel() for level in levels]
        self._threshold = [np.ascontiguousarray(threshold[:, level]).ravel() for level in levels]
        self._value = np.array([tree.value for tree in self.trees]).ravel()

    def log_odds(self, rows: Floats) -> NDArray[np.float64]:
        """Log-odds float64 [n] of feature rows [n, len(features)]."""
        tree = np.arange(len(self.trees))[None, :]
        flat = np.ascontiguousarray(rows).ravel()
        first = (np.arange(len(rows)) * rows.shape[1])[:, None]
        node = np.broadcast_to(tree, (len(rows), len(self.trees)))  # number of the node within its level, all trees
        for feature, threshold in zip(self._feature, self._threshold, strict=True):
            node = 2 * node + (flat[first + feature[node]] > threshold[node])
        total: NDArray[np.float64] = self._value[node].sum(axis=1) + self.base
        return total

    def to_json(self) -> str:
        """JSON, a line a tree."""
        trees = [json.dumps([tree.feature, tree.threshold, tree.value], separators=(",", ":")) for tree in self.trees]
        head = json.dumps({"signature": self.signature, "features": self.features, "base": self.base}, indent=1)
        return head[:-2] + ',\n "trees": [\n' + ",\n".join(trees) + "\n]}\n"

    @classmethod
    def from_json(cls, text: str) -> TreeEnsemble:
        """Inverse of `to_json`."""
        data = json.loads(text)
        trees = [Tree(*map(tuple, columns)) for columns in data["trees"]]
        return cls(data["features"], data["base"], trees, data["signature"])


@cache
def load(name: str) -> TreeEnsemble:
    """The shipped model `align/weights/NAME.json`."""
    return TreeEnsemble.from_json((resources.files("align.weights") / f"{name}.json").read_text("utf-8"))


def save(model: TreeEnsemble, path: Path) -> None:
    """Write a model as JSON."""
    path.write_text(model.to_json(), encoding="utf-8")
