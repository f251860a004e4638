import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from align.beads.candidates import Candidates
from align.beads.posterior import log_odds_of, posteriors

KIND = st.sampled_from([0, 1, 4])  # one segment, two, two with a gap
BEADS = st.lists(st.tuples(st.integers(0, 2), KIND, st.integers(0, 2), KIND), max_size=7, unique=True)


def make(beads):
    columns = np.array(beads, dtype=np.int64).reshape(-1, 4).T
    return Candidates(*columns, np.zeros((columns.shape[1], 0)))


def forward_chains(found):
    """All sets of candidates that stand one after the other in both documents."""
    rows = range(len(found))
    for size in range(len(found) + 1):
        for chosen in itertools.combinations(rows, size):
            chain = sorted(chosen, key=lambda row: (found.i[row], found.j[row]))
            steps = itertools.pairwise(chain)
            if all(found.vi_end[p] <= found.i[q] and found.en_end[p] <= found.j[q] for p, q in steps):
                yield chain


@given(BEADS, st.data())
def test_agrees_with_summing_over_all_chains(beads, data):
    weights = np.array(data.draw(st.lists(st.floats(-4, 4), min_size=len(beads), max_size=len(beads))))
    found = make(beads)
    chains = list(forward_chains(found))
    masses = [np.exp(weights[chain].sum()) for chain in chains]
    expected = [
        sum(mass for mass, chain in zip(masses, chains, strict=True) if row in chain) / sum(masses)
        for row in range(len(beads))
    ]
    assert np.allclose(posteriors(found, weights, 5, 5), expected)


@given(BEADS, st.data())
def test_swapping_the_sides_swaps_the_posteriors(beads, data):
    weights = np.array(data.draw(st.lists(st.floats(-4, 4), min_size=len(beads), max_size=len(beads))))
    swapped = make([(j, b, i, a) for i, a, j, b in beads])
    assert np.allclose(posteriors(make(beads), weights, 5, 6), posteriors(swapped, weights, 6, 5))


def test_a_single_candidate_keeps_its_odds():
    assert np.allclose(log_odds_of(posteriors(make([(0, 0, 0, 0)]), np.array([1.5]), 3, 3)), [1.5])


def test_certainty_stays_finite():
    assert np.isfinite(log_odds_of(np.array([0.0, 1.0]))).all()
    far = posteriors(make([(0, 0, 0, 0), (1, 0, 1, 0)]), np.array([900.0, -900.0]), 2, 2)
    assert np.allclose(far, [1.0, 0.0])
