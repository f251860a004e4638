import numpy as np
import pytest

from align.boosting import Tree, TreeEnsemble

NEVER = 1e300
# x0 <= 1 -> 0.5; else x1 <= 0 -> -2, else 3
DEEP = Tree((0, 0, 1), (1.0, NEVER, 0.0), (0.5, 0.5, -2.0, 3.0))
STUMP = Tree((1, 0, 0), (5.0, NEVER, NEVER), (0.1, 0.1, 0.2, 0.2))
LEAF = Tree((0, 0, 0), (NEVER, NEVER, NEVER), (10.0, 0.0, 0.0, 0.0))


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
        while node < len(tree.feature):
            node = 2 * node + (1 if row[tree.feature[node]] <= tree.threshold[node] else 2)
        return tree.value[node - len(tree.feature)]

    expected = [walk(DEEP, row) + walk(STUMP, row) for row in rows]
    assert model.log_odds(rows) == pytest.approx(expected)
