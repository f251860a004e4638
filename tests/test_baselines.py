import sys
import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import baselines
from align.baselines import bertalign, gale_church
from align.baselines.path import Band, cheapest_path
from align.errors import AlignerError, InputError
from align.types import Bead


class Letters:
    """An encoder for tests: a text is the counts of its letters."""

    signature, dim = "letters", 26

    def encode(self, texts):
        counts = np.array([[text.count(chr(97 + k)) for k in range(26)] for text in texts], dtype=np.float32)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


def all_paths(n, m, shapes):
    if n == m == 0:
        yield []
    for a, b in shapes:
        if a <= n and b <= m:
            for rest in all_paths(n - a, m - b, shapes):
                yield [*rest, (n - a, a, m - b, b)]


def cost_of(path, costs, vi_null, en_null):
    def one(i, a, j, b):
        if b == 0:
            return vi_null[i]
        return en_null[j] if a == 0 else costs[a, b][i, j]

    return sum(one(*bead) for bead in path)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_the_path_is_the_cheapest_of_all(n, m, seed):
    rng = np.random.default_rng(seed)
    shapes = [(a, b) for a, b in ((1, 1), (1, 2), (2, 1), (2, 2)) if a <= n and b <= m]
    costs = {(a, b): rng.normal(size=(n - a + 1, m - b + 1)) for a, b in shapes}
    vi_null, en_null = rng.normal(size=n) + 0.5, rng.normal(size=m) + 0.5
    beads = cheapest_path(costs, vi_null, en_null)
    assert sorted(k for bead in beads for k in bead.vi) == list(range(n))
    assert sorted(k for bead in beads for k in bead.en) == list(range(m))
    found = [(bead.vi[0] if bead.vi else 0, len(bead.vi), bead.en[0] if bead.en else 0, len(bead.en)) for bead in beads]
    paths = all_paths(n, m, [(1, 0), (0, 1), *shapes])
    best = min(cost_of(path, costs, vi_null, en_null) for path in paths)
    assert cost_of(found, costs, vi_null, en_null) == pytest.approx(best)


def test_a_band_forbids_what_lies_outside():
    costs = {(1, 1): np.array([[0.0, -9.0], [-9.0, 0.0]])}
    free = cheapest_path(costs, np.ones(2), np.ones(2))
    assert [bead.shape for bead in free if not bead.is_null] == ["1-1"]
    diagonal = Band(np.array([0, 1, 2]), np.array([0, 1, 2]))
    assert cheapest_path(costs, np.ones(2), np.ones(2), diagonal) == [Bead((0,), (0,)), Bead((1,), (1,))]


def test_gale_church_by_hand():
    # Two sentences of 40 characters against one of 82: the merge is the only shape whose lengths agree.
    assert gale_church.align([40, 40, 120], [82, 118]) == [Bead((0, 1), (0,)), Bead((2,), (1,))]
    assert gale_church.align([10, 60, 25], [11, 58, 26]) == [Bead((k,), (k,)) for k in range(3)]
    assert gale_church.align([], [5]) == [Bead((), (0,))]
    assert gale_church.align([], []) == []


def test_gale_church_costs_are_those_of_the_paper():
    # delta = (50 - 40) / sqrt(45 * 6.8) = .5717; P(|d| > delta) = .5676
    assert gale_church._length_cost(np.array([40.0]), np.array([50.0]), 1.0)[0, 0] == pytest.approx(0.5665, abs=1e-3)


def test_bertalign_finds_merges_and_nulls():
    vi = ["aaab bbc", "ddde eef", "gghh", "iijj kkll", "mmnn oopp"]
    en = ["aaab bbc ddde eef", "qqrr sstt", "gghh", "iijj kkll", "mmnn oopp"]
    beads = baselines.align("bertalign", vi, en, Letters())
    assert [bead for bead in beads if not bead.is_null] == [
        Bead((0, 1), (0,)),
        Bead((2,), (2,)),
        Bead((3,), (3,)),
        Bead((4,), (4,)),
    ]
    assert Bead((), (1,)) in beads


def test_bertalign_scores_by_hand():
    vi, en = (bertalign.encode_runs(["aa", "bb", "cc"], Letters()) for _ in range(2))
    cost = bertalign.costs(vi, en)[1, 1]
    # Equal texts: cosine 1, neighbors 0, log2(1 + 1) = 1. Unequal ones beside their equals: 0 - (1 + 1/2) / 2.
    assert cost[1, 1] == pytest.approx(-1.0)
    assert cost[0, 1] == pytest.approx((0.5 + 1.0) / 2)


@pytest.mark.parametrize("name", ["bertalign", "gale-church"])
@pytest.mark.parametrize(("vi", "en"), [([], []), (["aa"], []), ([], ["aa"]), ([""], ["aa"]), (["aa"] * 6, ["aa"] * 6)])
def test_edge_cases_tile_both_documents(name, vi, en):
    beads = baselines.align(name, vi, en, Letters())
    assert sorted(k for bead in beads for k in bead.vi) == list(range(len(vi)))
    assert sorted(k for bead in beads for k in bead.en) == list(range(len(en)))


def test_unknown_names_and_long_documents_are_refused():
    with pytest.raises(AlignerError, match="'hunalign' is unknown; expected one of bertalign"):
        baselines.align("hunalign", ["a"], ["a"], Letters())
    with pytest.raises(InputError, match=r"4,000 x 4,000 segments"):
        baselines.align("gale-church", ["a"] * 4000, ["a"] * 4000, Letters())


def test_the_package_is_asked_for_by_name_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "bertalign", None)
    with pytest.raises(AlignerError, match="bertalign is not installed"):
        baselines.align("bertalign-package", ["a"], ["a"], Letters())


def test_the_package_sees_no_empty_lines(monkeypatch):
    class Fake:
        def __init__(self, source, target, *, is_split):
            assert is_split
            assert (source, target) == ("một\nhai ba", "one\ntwo three")
            self.result = []

        def align_sents(self):
            self.result = [([0], [0]), ([1], [1])]

    monkeypatch.setitem(sys.modules, "bertalign", types.SimpleNamespace(Bertalign=Fake))
    beads = baselines.align("bertalign-package", ["một", "", "hai\nba"], ["one", "two three"], Letters())
    assert beads == [Bead((0,), (0,)), Bead((2,), (1,)), Bead((1,), ())]
    assert baselines.align("bertalign-package", [""], ["one"], Letters()) == [Bead((0,), ()), Bead((), (0,))]
