import json

import numpy as np
import pytest

from align.logistic import LogisticModel, fit, sigmoid


def test_log_odds_by_hand():
    model = LogisticModel(("x", "y"), (2.0, -1.0), 0.5)
    assert model.log_odds(np.array([[1.0, 3.0], [0.0, 0.0]])).tolist() == [-0.5, 0.5]


def test_sigmoid_is_finite_at_the_ends():
    assert sigmoid(np.array([0.0])).tolist() == [0.5]
    ends = sigmoid(np.array([-1e9, 1e9]))
    assert 0 < ends[0] < 1e-12
    assert 1 - 1e-12 < ends[1] <= 1


def test_one_binary_feature_gives_the_observed_rates():
    # 100 rows with x=0, 20 of them positive; 50 with x=1, 40 positive: log-odds are log(20/80) and log(40/10).
    x = np.repeat([0.0, 1.0], [100, 50])
    y = np.concatenate([np.repeat([1.0, 0.0], [20, 80]), np.repeat([1.0, 0.0], [40, 10])])
    model = fit(x[:, None], y, ["x"], l2=0.0)
    assert model.log_odds(np.array([[0.0], [1.0]])) == pytest.approx([np.log(0.25), np.log(4)], abs=1e-5)


def test_a_constant_column_does_no_harm():
    rng = np.random.default_rng(0)
    x = np.stack([rng.normal(size=400), np.full(400, 7.0)], axis=1)
    y = (rng.random(400) < sigmoid(2 * x[:, 0] - 1)).astype(float)
    model = fit(x, y, ["x", "seven"])
    assert model.weights[0] == pytest.approx(2, abs=0.5)


def test_json_round_trip_keeps_every_digit():
    model = LogisticModel(("a", "b"), (0.1234567, -1e-9), 3.0, "made for a test")
    assert LogisticModel.from_json(model.to_json()) == model
    assert list(json.loads(model.to_json())["weights"]) == ["a", "b"]
