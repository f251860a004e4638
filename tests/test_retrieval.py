import numpy as np
import pytest

from align.encoders import retrieval, static_encoder


def unit(rows):
    rows = np.asarray(rows, dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def brute_force(vi, en, k=4):
    """The definition, pair by pair."""

    def margin(x, y):
        around = [
            sorted((float(x @ z) for z in en), reverse=True)[:k],
            sorted((float(z @ y) for z in vi), reverse=True)[:k],
        ]
        return 2 * float(x @ y) / (sum(around[0]) / len(around[0]) + sum(around[1]) / len(around[1]))

    forth = [max(range(len(en)), key=lambda j, i=i: margin(vi[i], en[j])) == i for i in range(len(vi))]
    back = [max(range(len(vi)), key=lambda i, j=j: margin(vi[i], en[j])) == j for j in range(len(en))]
    return sum(forth) / len(forth), sum(back) / len(back)


@pytest.mark.parametrize("noise", [0.3, 0.8, 1.5])
def test_agrees_with_the_definition(noise):
    rng = np.random.default_rng(4)
    base = rng.normal(size=(30, 8)) + 1.0  # a common direction keeps the means positive
    vi, en = unit(base), unit(base + noise * rng.normal(size=base.shape))
    assert retrieval.precision_at_1(vi, en) == pytest.approx(brute_force(vi, en))


def test_identical_sides_are_found_and_equal_rows_are_no_success():
    rows = unit(np.eye(5))
    assert retrieval.precision_at_1(rows, rows) == (1.0, 1.0)
    same = unit(np.ones((5, 3)))
    assert retrieval.precision_at_1(same, same) == (0.0, 0.0)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(2)
    vi, en = unit(rng.normal(size=(50, 6)) + 1), unit(rng.normal(size=(50, 6)) + 1)
    whole = retrieval.precision_at_1(vi, en)
    monkeypatch.setattr(retrieval, "_ROWS", 7)
    assert retrieval.precision_at_1(vi, en) == whole


def test_no_pair_and_unequal_sides():
    assert retrieval.precision_at_1(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32)) == (0.0, 0.0)
    with pytest.raises(ValueError, match="2 Vietnamese and 1 English"):
        retrieval.test(static_encoder(), ["a", "b"], ["c"])
