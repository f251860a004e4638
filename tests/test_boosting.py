import numpy as np
import pytest

from align.boosting import Tree, TreeEnsemble

# x0 <= 1 -> 0.5; else x1 <= 0 -> -2, else 3
DEEP = Tree((0, -1, 1, -1, -1), (1.0, 0, 0.0, 0, 0), (1, 1, 3, 3, 4), (2, 1, 4, 3, 4), (0, 0.5, 0, -2.0, 3.0))
STUMP = Tree((1, -1, -1), (5.0, 0, 0), (1, 1, 2), (2, 1, 2), (0, 0.1, 0.2))
LEAF = Tree((-1,), (0.0,), (0,), (0,), (10.0,))


def test_sums_of_leaves_by_hand():
    model = TreeEnsemble(("a", "b"), -1.0, [DEEP, STUMP])
    rows = np.array([[1.0, 0.0], [2.0, 0.0], [2.0, 6.0]])
    assert model.log_odds(rows) == pytest.approx([-1 + 0.5 + 0.1, -1 - 2 + 0.1, -1 + 3 + 0.2])


def test_a_single_leaf_is_a_constant():
    assert TreeEnsemble(("a",), 1.0, [LEAF]).log_odds(np.zeros((2, 1))).tolist() == [11.0, 11.0]


def test_no_rows_give_no_log_odds():
    assert TreeEnsemble(("a", "b"), 0.0, [DEEP]).log_odds(np.zeros((0, 2))).shape == (0,)


def test_json_round_trip():
    model = TreeEnsemble(("a", "b"), -1.5, [DEEP, STUMP, LEAF], "a test")
    again = TreeEnsemble.from_json(model.to_json())
    assert (again.features, again.base, again.trees, again.signature) == (
        model.features,
        model.base,
        model.trees,
        model.signature,
    )


def test_agrees_with_walking_each_tree():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(200, 2)) * 3
    model = TreeEnsemble(("a", "b"), 0.0, [DEEP, STUMP])

    def walk(tree, row):
        node = 0
        while tree.feature[node] >= 0:
            node = tree.left[node] if row[tree.feature[node]] <= tree.threshold[node] else tree.right[node]
        return tree.value[node]

    expected = [walk(DEEP, row) + walk(STUMP, row) for row in rows]
    assert model.log_odds(rows) == pytest.approx(expected)
