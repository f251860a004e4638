import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from align.beads.candidates import Candidates
from align.beads.search import select


def make(beads):
    """Candidates from (i, segments of a run, j, segments of a run)."""
    beads = [(i, a - 1, j, b - 1) for i, a, j, b in beads]
    columns = np.array(beads, dtype=np.int64).reshape(-1, 4).T
    return Candidates(*columns, np.zeros((columns.shape[1], 0)))


def compatible(p, q):
    """Whether two beads (i, a, j, b) can stand in one forward chain."""
    first, second = sorted((p, q))
    return first[0] + first[1] <= second[0] and first[2] + first[3] <= second[2]


def best_chain_weight(beads, weights):
    best = 0.0
    for size in range(len(beads) + 1):
        for chosen in itertools.combinations(range(len(beads)), size):
            if all(compatible(beads[p], beads[q]) for p, q in itertools.combinations(chosen, 2)):
                best = max(best, sum(weights[k] for k in chosen))
    return best


bead = st.tuples(st.integers(0, 5), st.integers(1, 2), st.integers(0, 5), st.integers(1, 2))


@settings(max_examples=200, deadline=None)
@given(st.lists(bead, min_size=1, max_size=9, unique=True), st.data())
def test_first_chain_is_the_best_of_all_chains(beads, data):
    weights = data.draw(st.lists(st.integers(-3, 9), min_size=len(beads), max_size=len(beads)))
    positive = [k for k in range(len(beads)) if weights[k] > 0]
    expected = best_chain_weight([beads[k] for k in positive], [weights[k] for k in positive])
    chosen = select(make(beads), np.array(weights, dtype=float))
    # `select` takes chain after chain; the heaviest forward subset of what it took is the first chain.
    got = best_chain_weight([beads[k] for k in chosen], [weights[k] for k in chosen])
    assert got == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(bead, max_size=30, unique=True), st.data())
def test_chosen_beads_share_no_segment_and_none_that_fits_is_left(beads, data):
    weights = np.array(data.draw(st.lists(st.floats(-5, 5), min_size=len(beads), max_size=len(beads))))
    chosen = select(make(beads), weights)
    vi = [i + k for r in chosen for i, a in [beads[r][:2]] for k in range(a)]
    en = [j + k for r in chosen for j, b in [beads[r][2:]] for k in range(b)]
    assert len(vi) == len(set(vi))
    assert len(en) == len(set(en))
    for row, (i, a, j, b) in enumerate(beads):
        if weights[row] > 0 and row not in chosen:
            assert set(range(i, i + a)) & set(vi) or set(range(j, j + b)) & set(en)


def test_a_moved_block_is_found_after_the_main_chain():
    main = [(k, 1, k + 2, 1) for k in range(4)]
    moved = [(4, 1, 0, 1), (5, 1, 1, 1)]
    chosen = select(make(main + moved), np.ones(6))
    assert chosen == [0, 1, 2, 3, 4, 5]


def test_nothing_positive_gives_nothing():
    assert select(make([(0, 1, 0, 1)]), np.array([-0.1])) == []
    assert select(make([]), np.zeros(0)) == []


def test_ten_thousand_beads_take_no_time():
    n = 10_000
    beads = [(k, 1, k, 1) for k in range(n)] + [(k, 1, n - 1 - k, 1) for k in range(n)]
    weights = np.concatenate([np.ones(n), np.full(n, 0.5)])
    assert select(make(beads), weights) == list(range(n))


def test_a_gap_may_hold_a_bead_of_its_own_only_in_another_chain():
    gapped = Candidates(*np.array([[0, 4, 0, 0], [1, 0, 1, 0]]).T, np.zeros((2, 0)))
    assert gapped.bead(0).vi == (0, 2)
    assert select(gapped, np.array([2.0, 1.0])) == [0, 1]
    clash = Candidates(*np.array([[0, 4, 0, 0], [2, 0, 1, 0]]).T, np.zeros((2, 0)))
    assert select(clash, np.array([2.0, 1.0])) == [0]


@given(st.lists(bead, max_size=12, unique=True), st.data())
def test_swapping_the_sides_swaps_the_beads(beads, data):
    # Powers of two: no two sets of beads weigh the same, and with ties either answer would be as good.
    order = data.draw(st.permutations(range(len(beads))))
    weights = np.array([2.0**k for k in order])
    swapped = [(j, b, i, a) for i, a, j, b in beads]
    assert sorted(select(make(beads), weights)) == sorted(select(make(swapped), weights))
