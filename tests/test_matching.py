from datetime import date

import numpy as np
import pytest

from align.matching import MatchItem, bimax, days_between, events, match
from align.matching.collection import count, merged, summary
from align.matching.items import document_vectors
from align.matching.pairs import overlap


def item(name, vectors, day=None, facts=(), names=()):
    rows = np.array(vectors, dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return MatchItem(name, day, rows, frozenset(facts), frozenset(names))


def test_bimax_by_hand():
    similarity = np.array([[0.9, 0.1], [0.5, 0.3], [0.0, 0.6]], dtype=np.float32)
    # rows: .9 .5 .6 -> 2/3; columns: .9 .6 -> .75
    assert bimax(similarity) == pytest.approx((2 / 3 + 0.75) / 2)


def test_days_between():
    assert days_between(date(2025, 2, 28), date(2025, 3, 1)) == 1
    assert days_between(None, date(2025, 3, 1)) is None


def test_overlap_by_hand():
    rarity = {"a": 3.0, "b": 4.0, "c": 12.0}
    cosine, total, shared = overlap(frozenset("ab"), frozenset("bc"), rarity)
    assert shared == ("b",)
    assert total == 4.0
    assert cosine == pytest.approx(16 / (5 * np.sqrt(160)))
    assert overlap(frozenset(), frozenset("a"), rarity) == (0.0, 0.0, ())


def test_rare_keys_weigh_more():
    items = [
        item("x", [[1.0, 0.0]], names="a"),
        item("y", [[1.0, 0.0]], names="ab"),
        item("z", [[0.0, 1.0]], names="a"),
    ]
    parts = [summary([one], "vi", document_vectors([one])) for one in items]
    whole = merged(parts)
    _, names = whole.rarity(items)
    assert names == {"a": pytest.approx(np.log(23 / 4)), "b": pytest.approx(np.log(23 / 2))}
    assert merged(parts[::-1]).mean.tolist() == whole.mean.tolist()
    assert whole.mean == pytest.approx(np.array([2, 1]) / 3 * 3 / 23)
    assert count([frozenset("ab"), frozenset("b")]).of(["b", "c", "a"]).tolist() == [2, 0, 1]


def test_events_are_connected_groups():
    pairs = [("vi1", "en1"), ("vi2", "en2"), ("vi1", "en3"), ("vi4", "en2")]
    assert list(events(pairs)) == [("en1", "en3", "vi1"), ("en2", "vi2", "vi4")]
    assert list(events([])) == []


def test_the_window_excludes_and_the_same_names_win():
    rng = np.random.default_rng(5)
    topics = rng.normal(size=(6, 5, 64))
    vi = [item(f"v{k}", topics[k], date(2025, 3, 1), names={f"name{k}"}) for k in range(6)]
    en = [
        item(f"e{k}", topics[k] + 0.3 * rng.normal(size=(5, 64)), date(2025, 3, 2), names={f"name{k}"})
        for k in range(6)
    ]
    found = match(vi, en, 3)
    best = {m.vi: m.en for m in reversed(found)}
    assert best == {k: k for k in range(6)}
    late = [item(f"e{k}", topics[k], date(2025, 4, 2)) for k in range(6)]
    assert match(vi, late, 3) == []
    assert len(match(vi, late, 40)) > 0


def test_one_empty_side_gives_nothing():
    assert match([], [item("e", [[1.0, 0.0]])], 3) == []
